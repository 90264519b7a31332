using System.Runtime.Versioning;
using Rocketeer.TestKit;

namespace Rocketeer.Cli.Tests;

/// <summary>
/// The name servers of the current kube-context, found by a <c>kubectl</c> that these tests write. The tool runs as a process, since PATH
/// belongs to one.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class KubeContextTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>, IDisposable
{
    private readonly TempDirectory _path = new();

    public void Dispose() => _path.Dispose();

    [Fact]
    public async Task The_config_map_of_the_only_cluster_names_the_name_servers()
    {
        Kubectl(Listing("""{"metadata":{"name":"kube-root-ca.crt"},"data":{"ca.crt":"x"}}""", Map("quickstart", cluster.NameServers)));

        var run = await RunAsync("--kube", "topic", "list");

        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains("SELF_TEST_TOPIC", run.Out, StringComparison.Ordinal);
        Assert.Equal("get configmap --output json", Arguments());
    }

    [Fact]
    public async Task Context_namespace_and_cluster_are_handed_to_kubectl()
    {
        Kubectl($"echo '{Map("shop", cluster.NameServers)}'");

        var run = await RunAsync("topic", "list", "--kube-context", "prod", "--kube-namespace", "mq", "--kube-cluster", "shop");

        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Equal("get configmap shop-client --output json --context prod --namespace mq", Arguments());
    }

    [Fact]
    public async Task Several_clusters_are_named()
    {
        Kubectl(Listing(Map("a", "h:1"), Map("b", "h:2")));

        Assert.Contains("choose one with --kube-cluster: a, b.", (await RunAsync("--kube", "topic", "list")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo noise >&2; echo 'error: no context exists' >&2; exit 1", "kubectl failed: error: no context exists")]
    [InlineData("echo '{\"items\":[]}'", "No config map there has ROCKETEER_NAMESRV")]
    [InlineData("echo nonsense", "kubectl printed no config maps")]
    [InlineData("echo '{\"items\":[{\"data\":{\"ROCKETEER_NAMESRV\":\"x\"}}]}'", "kubectl printed no config maps")]
    public async Task What_kubectl_cannot_say_is_one_sentence_and_exit_code_1(string script, string why)
    {
        Kubectl(script);

        var run = await RunAsync("--kube", "topic", "list");

        Assert.Equal(Rocketctl.Failure, run.Exit);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_plugin_asks_the_cluster_of_the_current_context()
    {
        Kubectl(Listing(Map("quickstart", cluster.NameServers)));
        Script("rocketctl", $"exec dotnet '{Path.Combine(AppContext.BaseDirectory, "rocketctl.dll")}' \"$@\"");
        var plugin = Path.Combine(AppContext.BaseDirectory, "kubectl-rocketeer");

        var run = await ShellTool.RunAsync("sh", [plugin, "cluster", "list"], _path.Path);

        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains("broker-a", run.Out, StringComparison.Ordinal);
    }

    private Task<Tool.Run> RunAsync(params string[] args) =>
        ShellTool.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "rocketctl.dll"), .. args], _path.Path);

    private static string Listing(params string[] maps) => "echo '{\"items\":[" + string.Join(',', maps) + "]}'";

    private static string Map(string cluster, string servers) =>
        "{\"metadata\":{\"name\":\"" + cluster + "-client\"},\"data\":{\"ROCKETEER_NAMESRV\":\"" + servers + "\"}}";

    private void Kubectl(string script) => Script("kubectl", $"echo \"$@\" > '{_path["arguments"]}'\n{script}");

    private void Script(string name, string text)
    {
        File.WriteAllText(_path[name], $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(_path[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string Arguments() => File.ReadAllText(_path["arguments"]).Trim();
}
