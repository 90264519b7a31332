using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.Tests.ControlPlane;

namespace Rocketeer.DevCluster.Tests.Kubectl;

/// <summary>What a person types against the development control plane, with the real kubectl.</summary>
public sealed class KubectlTests : IAsyncLifetime
{
    private const string Topic = """
        apiVersion: rocketeer.dev/v1alpha1
        kind: Topic
        metadata: {name: orders}
        spec: {clusterRef: {name: demo}, writeQueues: 4}
        """;

    private const string Cluster = """
        apiVersion: rocketeer.dev/v1alpha1
        kind: RocketCluster
        metadata: {name: demo}
        spec: {brokers: {groups: 1}}
        """;

    private const string Group = """
        apiVersion: rocketeer.dev/v1alpha1
        kind: ConsumerGroup
        metadata: {name: billing}
        spec: {clusterRef: {name: demo}}
        """;

    private const string Set = """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: web}
        spec:
          serviceName: web
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - {name: main, image: web, ports: [{containerPort: 80}]}
        """;

    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
        """;

    private const string ConfigMap = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {a: "1"}
        """;

    private const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: alone, labels: {app: alone}}
        spec: {containers: [{name: main, image: web}]}
        """;

    private static readonly string Everything = string.Join("\n---\n", Topic, Cluster, Group, Set, Service, ConfigMap, Pod);

    private TestControlPlane _plane = null!;
    private KubectlRunner _kubectl = null!;

    public async ValueTask InitializeAsync()
    {
        KubectlRunner.SkipWithoutKubectl();
        _plane = await TestControlPlane.StartAsync();
        _kubectl = new KubectlRunner(_plane.Address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_kubectl is not null)
        {
            _kubectl.Dispose();
            await _plane.DisposeAsync();
        }
    }

    [Fact]
    public async Task Applying_creates_then_says_unchanged_then_changes_what_differs()
    {
        var created = await _kubectl.RunAsync("apply -f -", Everything);
        var again = await _kubectl.RunAsync("apply -f -", Everything);
        var changed = await _kubectl.RunAsync("apply -f -", Everything
            .Replace("writeQueues: 4", "writeQueues: 5", StringComparison.Ordinal)
            .Replace("replicas: 2", "replicas: 3", StringComparison.Ordinal)
            .Replace("a: \"1\"", "b: \"2\"", StringComparison.Ordinal));

        Assert.Equal(7, Count(created, " created"));
        Assert.Equal(7, Count(again, " unchanged"));
        Assert.Equal(3, Count(changed, " configured"));
        Assert.Equal("""{"b":"2"}""", await _kubectl.RunAsync("get cm settings -o jsonpath={.data}"));
        Assert.Equal("3", await _kubectl.RunAsync("get sts web -o jsonpath={.spec.replicas}"));
    }

    [Fact]
    public async Task Applying_on_the_server_side_owns_fields_and_reports_conflicts()
    {
        var created = await _kubectl.RunAsync("apply --server-side -f -", Everything);
        var again = await _kubectl.RunAsync("apply --server-side -f -", Everything);
        var other = Topic.Replace("writeQueues: 4", "writeQueues: 6", StringComparison.Ordinal);
        var (code, refused) = await _kubectl.TryAsync("apply --server-side --field-manager=other -f -", other);
        await _kubectl.RunAsync("apply --server-side --field-manager=other --force-conflicts -f -", other);

        Assert.Equal(7, Count(created, "serverside-applied"));
        Assert.Equal(7, Count(again, "serverside-applied"));
        Assert.Equal(1, code);
        Assert.Contains("conflict with \"kubectl\": .spec.writeQueues", refused);
        Assert.Equal("6", await _kubectl.RunAsync("get topic orders -o jsonpath={.spec.writeQueues}"));
    }

    [Fact]
    public async Task What_the_schema_does_not_allow_is_refused_with_the_field()
    {
        var (code, output) = await _kubectl.TryAsync("apply -f -", Topic.Replace("writeQueues: 4", "writeQueues: 0", StringComparison.Ordinal));
        var (unknownCode, unknown) = await _kubectl.TryAsync("apply -f -", Topic.Replace("writeQueues", "writeQueue", StringComparison.Ordinal));

        Assert.NotEqual(0, code);
        Assert.Contains("spec.writeQueues", output);
        Assert.NotEqual(0, unknownCode);
        Assert.Contains("unknown field \"spec.writeQueue\"", unknown);
    }

    [Fact]
    public async Task Getting_prints_the_columns_of_the_kind_and_whole_objects()
    {
        await _kubectl.RunAsync("apply -f -", Everything);
        await _kubectl.RunAsync("""patch topic orders --subresource=status --type=merge -p {"status":{"groupsSynced":"1/1"}}""");

        var topics = await _kubectl.RunAsync("get topics");
        Assert.Matches(@"^NAME +.*CLUSTER.*AGE", topics);
        Assert.Contains("1/1", topics);
        Assert.Matches(@"NAME +PHASE +GROUPS +BROKERS +NAMESRV +AVAILABLE +AGE +VERSION", await _kubectl.RunAsync("get rkc -o wide"));
        Assert.Matches(@"NAME +READY +AGE +CONTAINERS +IMAGES", await _kubectl.RunAsync("get sts -o wide"));
        Assert.Matches(@"web +0/2 ", await _kubectl.RunAsync("get sts"));
        Assert.Matches(@"NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE", await _kubectl.RunAsync("get svc"));
        Assert.Matches(@"web +ClusterIP +127\.96\.\d+\.\d+ +<none> +80/TCP", await _kubectl.RunAsync("get svc"));
        Assert.Matches(@"alone +0/1 +Pending +0 ", await _kubectl.RunAsync("get pods"));
        Assert.Matches(@"settings +1 ", await _kubectl.RunAsync("get cm"));
        Assert.Contains("writeQueues: 4", await _kubectl.RunAsync("get topic orders -o yaml"));
        Assert.Contains("\"writeQueues\": 4", await _kubectl.RunAsync("get topic orders -o json"));
        Assert.Contains("orders", await _kubectl.RunAsync("get topics -A -l !absent"));
        Assert.Contains("topic.rocketeer.dev/orders", await _kubectl.RunAsync("get rocket -o name"));
        Assert.Contains("statefulset.apps/web", await _kubectl.RunAsync("get all -o name"));
        var (code, missing) = await _kubectl.TryAsync("get topic nobody");
        Assert.Equal(1, code);
        Assert.Contains("topics.rocketeer.dev \"nobody\" not found", missing);
    }

    [Fact]
    public async Task Watching_prints_a_line_for_each_change()
    {
        await _kubectl.RunAsync("apply -f -", Topic);
        using var watch = _kubectl.Start("get topics -w --output-watch-events --no-headers");
        try
        {
            Assert.Contains("ADDED", await watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            await _kubectl.RunAsync("label topic orders team=a");
            Assert.Contains("MODIFIED", await watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            await _kubectl.RunAsync("delete topic orders");
            Assert.Contains("DELETED", await watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            watch.Kill();
        }
    }

    [Theory]
    [InlineData("topic orders", "Write Queues:")]
    [InlineData("rkc demo", "Groups:")]
    [InlineData("sts web", "Update Strategy:")]
    [InlineData("svc web", "Selector:")]
    [InlineData("cm settings", "Data")]
    [InlineData("pod alone", "Containers:")]
    public async Task Describing_prints_the_object(string what, string expected)
    {
        await _kubectl.RunAsync("apply -f -", Everything);

        Assert.Contains(expected, await _kubectl.RunAsync("describe " + what));
    }

    [Fact]
    public async Task Describing_shows_the_events_of_the_object()
    {
        await _kubectl.RunAsync("apply -f -", Topic);
        var uid = await _kubectl.RunAsync("get topic orders -o jsonpath={.metadata.uid}");
        await _kubectl.RunAsync("create -f -", $$"""
            apiVersion: v1
            kind: Event
            metadata: {name: orders.1}
            involvedObject: {apiVersion: rocketeer.dev/v1alpha1, kind: Topic, name: orders, namespace: default, uid: {{uid}}}
            type: Warning
            reason: NameConflict
            message: taken by another
            count: 1
            firstTimestamp: "2026-01-01T00:00:00Z"
            lastTimestamp: "2026-01-01T00:00:00Z"
            """);

        Assert.Matches(@"Warning +NameConflict .*taken by another", await _kubectl.RunAsync("describe topic orders"));
        Assert.Contains("NameConflict", await _kubectl.RunAsync("get events"));
        Assert.Contains("NameConflict", await _kubectl.RunAsync("events --for topic/orders"));
    }

    [Fact]
    public async Task Objects_can_be_edited_patched_labelled_and_annotated()
    {
        await _kubectl.RunAsync("apply -f -", Everything);

        await _kubectl.RunAsync("edit topic orders", editor: "sed -i s/writeQueues:.4/writeQueues:\\ 7/");
        Assert.Equal("7", await _kubectl.RunAsync("get topic orders -o jsonpath={.spec.writeQueues}"));
        await _kubectl.RunAsync("edit sts web", editor: "sed -i s/replicas:.2/replicas:\\ 5/");
        Assert.Equal("5", await _kubectl.RunAsync("get sts web -o jsonpath={.spec.replicas}"));
        await _kubectl.RunAsync("""patch topic orders --type=merge -p {"spec":{"writeQueues":8}}""");
        await _kubectl.RunAsync("""patch topic orders --type=json -p [{"op":"test","path":"/spec/writeQueues","value":8},{"op":"replace","path":"/spec/writeQueues","value":9}]""");
        Assert.Equal("9", await _kubectl.RunAsync("get topic orders -o jsonpath={.spec.writeQueues}"));
        await _kubectl.RunAsync("""patch sts web -p {"spec":{"template":{"spec":{"containers":[{"name":"main","image":"other"}]}}}}""");
        Assert.Equal("other", await _kubectl.RunAsync("get sts web -o jsonpath={.spec.template.spec.containers[0].image}"));
        Assert.Equal("80", await _kubectl.RunAsync("get sts web -o jsonpath={.spec.template.spec.containers[0].ports[0].containerPort}"));
        await _kubectl.RunAsync("label topic orders team=a");
        await _kubectl.RunAsync("annotate rkc demo note=b");
        Assert.Contains("orders", await _kubectl.RunAsync("get topics -l team=a -o name"));
        Assert.Equal("b", await _kubectl.RunAsync("get rkc demo -o jsonpath={.metadata.annotations.note}"));
        await _kubectl.RunAsync("set image sts/web main=third");
        await _kubectl.RunAsync("replace -f -", ConfigMap.Replace("\"1\"", "\"3\"", StringComparison.Ordinal));
        Assert.Equal("3", await _kubectl.RunAsync("get cm settings -o jsonpath={.data.a}"));
    }

    [Fact]
    public async Task Clusters_and_sets_can_be_scaled()
    {
        await _kubectl.RunAsync("apply -f -", Everything);

        await _kubectl.RunAsync("scale rkc demo --replicas=2");
        await _kubectl.RunAsync("scale sts web --replicas=3 --current-replicas=2");

        Assert.Equal("2", await _kubectl.RunAsync("get rkc demo -o jsonpath={.spec.brokers.groups}"));
        Assert.Equal("3", await _kubectl.RunAsync("get sts web -o jsonpath={.spec.replicas}"));
    }

    [Fact]
    public async Task Waiting_ends_when_the_condition_or_field_is_there()
    {
        await _kubectl.RunAsync("apply -f -", Topic);
        var waiting = _kubectl.RunAsync("wait topic orders --for=condition=Ready --timeout=20s");
        await _kubectl.RunAsync(
            """patch topic orders --subresource=status --type=merge -p {"status":{"groupsSynced":"1/1","conditions":[{"type":"Ready","status":"True","reason":"Done","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}""");

        Assert.Contains("condition met", await waiting);
        Assert.Contains("condition met", await _kubectl.RunAsync("wait topic orders --for=jsonpath={.status.groupsSynced}=1/1 --timeout=20s"));
    }

    [Fact]
    public async Task Fields_are_explained()
    {
        Assert.Contains("writeQueues", await _kubectl.RunAsync("explain topic.spec"));
        Assert.Contains("groups", await _kubectl.RunAsync("explain rkc.spec.brokers"));
        Assert.Contains("KIND:       StatefulSet", await _kubectl.RunAsync("explain sts"));
        Assert.Contains("KIND:       Pod", await _kubectl.RunAsync("explain pod"));
    }

    [Fact]
    public async Task Deleting_waits_until_the_object_is_gone()
    {
        await _kubectl.RunAsync("apply -f -", Everything);

        var deleted = await _kubectl.RunAsync("delete -f -", Everything);
        var (code, _) = await _kubectl.TryAsync("get topic orders");

        Assert.Equal(7, Count(deleted, " deleted"));
        Assert.Equal(1, code);
        await _kubectl.RunAsync("apply -f -", Everything);
        await _kubectl.RunAsync("delete topics --all");
        await _kubectl.RunAsync("delete pod alone --grace-period=0 --force");
        Assert.Empty(_plane.Api.Store.List(BuiltInTypes.Pods, null).Items);
    }

    [Fact]
    public async Task Differences_and_kinds_and_versions_are_shown()
    {
        await _kubectl.RunAsync("apply -f -", Topic);

        var (code, diff) = await _kubectl.TryAsync("diff -f -", Topic.Replace("writeQueues: 4", "writeQueues: 5", StringComparison.Ordinal));

        Assert.Equal(1, code);
        Assert.Contains("+  writeQueues: 5", diff);
        Assert.Contains("rocketclusters", await _kubectl.RunAsync("api-resources --api-group=rocketeer.dev"));
        Assert.Contains("v1.32", await _kubectl.RunAsync("version"));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
