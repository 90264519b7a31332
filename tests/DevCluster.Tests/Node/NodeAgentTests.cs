using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.Node;
using Rocketeer.DevCluster.Workloads;

namespace Rocketeer.DevCluster.Tests.Node;

/// <summary>Pods as processes of this machine; small shell scripts play the servers.</summary>
public sealed class NodeAgentTests : IAsyncLifetime
{
    private static readonly WriteOptions Writer = new("test");

    private readonly string _directory = Directory.CreateTempSubdirectory("rocketeer-node-").FullName;
    private readonly ResourceApi _api = new(new ObjectStore(), new ResourceTypes(), TimeProvider.System);
    private NodeAgent _node = null!;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The scripts that play servers need /bin/sh.");
        _api.Create(BuiltInTypes.Namespaces, "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default" } }, Writer);
        _node = new NodeAgent(
            _api,
            new NodeOptions
            {
                Directory = _directory,
                Images = new Dictionary<string, IReadOnlyList<string>> { ["shell"] = ["/bin/sh", "-c"] },
                Environment = new Dictionary<string, string> { ["BIND"] = "{podIP}" },
                BackOff = TimeSpan.FromMilliseconds(50),
            },
            TimeProvider.System,
            NullLogger<NodeAgent>.Instance);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_pod_runs_is_ready_has_an_address_and_goes_when_it_is_deleted()
    {
        Create("web", "echo up on $BIND; exec sleep 60");

        var pod = await UntilAsync("web", item => item.IsReady());

        var address = pod["status"]!["podIP"]!.ToString();
        Assert.StartsWith("127.97.", address);
        Assert.Equal("Running", pod["status"]!["phase"]!.ToString());
        Assert.Equal(["PodScheduled", "Initialized", "ContainersReady", "Ready"],
            pod["status"]!["conditions"]!.AsArray().Select(condition => condition!["type"]!.ToString()));
        Assert.Equal(NodeAgent.NodeName, pod["spec"]!["nodeName"]!.ToString());
        await UntilLogAsync("web", "up on " + address);

        _api.Delete(BuiltInTypes.Pods, new ObjectKey("default", "web"), new DeleteOptions(GraceSeconds: 5));
        await UntilGoneAsync("web");
    }

    [Fact]
    public async Task The_environment_comes_from_values_fields_maps_and_secrets()
    {
        _api.Create(BuiltInTypes.ConfigMaps, "default", Parse("""{"metadata":{"name":"c"},"data":{"a":"1","b":"2"}}"""), Writer);
        _api.Create(BuiltInTypes.Secrets, "default", Parse("""{"metadata":{"name":"s"},"stringData":{"key":"hush"}}"""), Writer);
        Create("web", "echo $NAME $NS $IP $ONE $all_b $SECRET $LATER $GROUP; exec sleep 60", """
            "envFrom":[{"prefix":"all_","configMapRef":{"name":"c"}}],
            "env":[{"name":"NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},
                   {"name":"NS","valueFrom":{"fieldRef":{"fieldPath":"metadata.namespace"}}},
                   {"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},
                   {"name":"GROUP","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['app']"}}},
                   {"name":"ONE","valueFrom":{"configMapKeyRef":{"name":"c","key":"a"}}},
                   {"name":"SECRET","valueFrom":{"secretKeyRef":{"name":"s","key":"key"}}},
                   {"name":"LATER","value":"$(NAME)!"}]
            """);

        var pod = await UntilAsync("web", item => item.IsReady());

        await UntilLogAsync("web", $"web default {pod["status"]!["podIP"]} 1 2 hush web! web");
    }

    [Fact]
    public async Task Mounted_paths_are_folders_of_this_machine_in_arguments_and_files_and_files_follow_their_map()
    {
        _api.Create(BuiltInTypes.ConfigMaps, "default", Parse("""{"metadata":{"name":"c"},"data":{"a.conf":"store=/data/store"}}"""), Writer);
        Create("web", "echo hello > /data/file; cat /etc/web/a.conf; ls /data; exec sleep 60",
            """ "volumeMounts":[{"name":"conf","mountPath":"/etc/web"},{"name":"data","mountPath":"/data"}] """,
            """ "volumes":[{"name":"conf","configMap":{"name":"c"}},{"name":"data","emptyDir":{}}] """);

        var pod = await UntilAsync("web", item => item.IsReady());
        var root = Path.Combine(_directory, "pods", pod.Uid());

        await UntilLogAsync("web", $"store={root}/data/store");
        Assert.Equal("hello\n", await File.ReadAllTextAsync(Path.Combine(root, "data", "file"), TestContext.Current.CancellationToken));
        _api.Modify(BuiltInTypes.ConfigMaps, new ObjectKey("default", "c"), "", Writer, map => map["data"]!["a.conf"] = "changed");
        while (await File.ReadAllTextAsync(Path.Combine(root, "conf", "a.conf"), TestContext.Current.CancellationToken) != "changed")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task What_is_missing_is_waited_for_with_the_reason()
    {
        Create("web", "exec sleep 60", """ "env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"c","key":"a"}}}] """);
        Create("other", "exec sleep 60", image: "unknown:1");

        await UntilAsync("other", item => Waiting(item) == "ErrImagePull");
        await UntilAsync("web", item => Waiting(item) == "CreateContainerConfigError");
        _api.Create(BuiltInTypes.ConfigMaps, "default", Parse("""{"metadata":{"name":"c"},"data":{"a":"1"}}"""), Writer);

        await UntilAsync("web", item => item.IsReady());
    }

    [Fact]
    public async Task A_container_that_ends_is_started_again_and_counted_and_its_former_output_is_kept()
    {
        Create("web", "echo run; exit 3");

        var pod = await UntilAsync("web", item => Restarts(item) >= 3);

        Assert.Equal(3, pod["status"]!["containerStatuses"]![0]!["lastState"]!["terminated"]!["exitCode"]!.GetValue<int>());
        Assert.Equal("run\n", await LogAsync("web", previous: true));
    }

    [Fact]
    public async Task A_pod_that_is_not_to_be_restarted_succeeds_or_fails()
    {
        Create("good", "exit 0", restartPolicy: "Never");
        Create("bad", "exit 1", restartPolicy: "Never");

        await UntilAsync("good", item => item["status"]?["phase"]?.ToString() == "Succeeded");
        await UntilAsync("bad", item => item["status"]?["phase"]?.ToString() == "Failed");
    }

    [Fact]
    public async Task Readiness_follows_its_probe_and_liveness_restarts()
    {
        var flags = Path.Combine(_directory, "flags");
        Directory.CreateDirectory(flags);
        Create("web", "exec sleep 60", $$$"""
            "readinessProbe":{"exec":{"command":["test","-e","{{{flags}}}/ready"]},"periodSeconds":1,"failureThreshold":1},
            "livenessProbe":{"exec":{"command":["test","!","-e","{{{flags}}}/dead"]},"periodSeconds":1,"failureThreshold":1}
            """);

        await UntilAsync("web", item => item["status"]?["phase"]?.ToString() == "Running" && !item.IsReady());
        await File.WriteAllTextAsync(Path.Combine(flags, "ready"), "", TestContext.Current.CancellationToken);
        var ready = await UntilAsync("web", item => item.IsReady());
        Assert.Equal(0, Restarts(ready));
        await File.WriteAllTextAsync(Path.Combine(flags, "dead"), "", TestContext.Current.CancellationToken);
        var again = await UntilAsync("web", item => Restarts(item) > 0);
        Assert.Equal(128 + 15, again["status"]!["containerStatuses"]![0]!["lastState"]!["terminated"]!["exitCode"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_process_that_ignores_the_request_to_stop_is_ended_after_the_grace_and_one_that_obeys_says_good_bye()
    {
        Create("deaf", "trap '' TERM; echo up; while true; do sleep 1; done");
        Create("polite", "trap 'echo bye; exit 0' TERM; echo up; while true; do sleep 0.05; done");
        await UntilLogAsync("deaf", "up");
        await UntilLogAsync("polite", "up");

        _api.Delete(BuiltInTypes.Pods, new ObjectKey("default", "polite"), default);
        _api.Delete(BuiltInTypes.Pods, new ObjectKey("default", "deaf"), new DeleteOptions(GraceSeconds: 1));

        await UntilGoneAsync("polite");
        await UntilGoneAsync("deaf");
        Assert.Contains("bye", await File.ReadAllTextAsync(
            PodLogs.FileOf(_directory, new ObjectKey("default", "polite"), "main"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Logs_are_tailed_and_bounded()
    {
        var path = Path.Combine(_directory, "x.log");
        using (var log = new LogFile(path, maxBytes: 100))
        {
            for (var i = 0; i < 50; i++)
            {
                log.WriteLine($"line {i:00}");
            }
        }

        Assert.True(new FileInfo(path).Length <= 100);
        Assert.True(new FileInfo(LogFile.FormerOf(path)).Length <= 100);
        Create("web", "for i in 1 2 3 4; do echo line $i; done; exec sleep 60");
        await UntilLogAsync("web", "line 4");
        Assert.Equal("line 3\nline 4\n", await LogAsync("web", tail: 2));
        Assert.Equal("", await LogAsync("web", tail: 0));
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static string? Waiting(JsonObject pod) => pod["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"]?.ToString();

    private static int Restarts(JsonObject pod) => pod["status"]?["containerStatuses"]?[0]?["restartCount"]?.GetValue<int>() ?? 0;

    private void Create(string name, string script, string? container = null, string? spec = null, string image = "registry:5000/shell:1", string restartPolicy = "Always")
    {
        var pod = Parse($$"""{"metadata":{"name":"{{name}}","labels":{"app":"web"} },"spec":{ {{(spec is null ? "" : spec + ",")}} "containers":[{ {{container}} }]} }""");
        var main = pod["spec"]!["containers"]![0]!;
        main["name"] = "main";
        main["image"] = image;
        main["args"] = new JsonArray(script);
        pod["spec"]!["restartPolicy"] = restartPolicy;
        _api.Create(BuiltInTypes.Pods, "default", pod, Writer);
    }

    private async Task<JsonObject> UntilAsync(string name, Func<JsonObject, bool> condition)
    {
        using var changes = _api.Store.Subscribe(BuiltInTypes.Pods, _api.Store.Version);
        while (true)
        {
            var pod = _api.Get(BuiltInTypes.Pods, new ObjectKey("default", name));
            if (condition(pod))
            {
                return pod;
            }

            await changes.Changes.ReadAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task UntilGoneAsync(string name)
    {
        using var changes = _api.Store.Subscribe(BuiltInTypes.Pods, _api.Store.Version);
        while (_api.Store.Find(BuiltInTypes.Pods, new ObjectKey("default", name)) is not null)
        {
            await changes.Changes.ReadAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task UntilLogAsync(string name, string text)
    {
        while (!(await LogAsync(name)).Contains(text, StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private async Task<string> LogAsync(string name, int? tail = null, bool previous = false)
    {
        using var target = new MemoryStream();
        await new PodLogs(_api, _directory, TimeProvider.System).CopyAsync(
            new ObjectKey("default", name), null, tail, false, previous, target, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(target.ToArray());
    }
}
