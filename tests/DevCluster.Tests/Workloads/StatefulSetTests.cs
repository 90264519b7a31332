using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.Workloads;

namespace Rocketeer.DevCluster.Tests.Workloads;

/// <summary>StatefulSets, pass by pass, with a test that plays the node.</summary>
public sealed class StatefulSetTests : IDisposable
{
    private static readonly WriteOptions Writer = new("test");

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly string _directory = Directory.CreateTempSubdirectory("rocketeer-sets-").FullName;
    private readonly ResourceApi _api;
    private readonly StatefulSetController _sets;

    public StatefulSetTests()
    {
        _api = new ResourceApi(new ObjectStore(), new ResourceTypes(), _clock);
        _api.Create(BuiltInTypes.Namespaces, "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default" } }, Writer);
        _sets = new StatefulSetController(_api, _clock);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Parallel_sets_make_all_pods_at_once_with_names_labels_and_claims()
    {
        Create(replicas: 3, "Parallel");

        Sync();

        Assert.Equal(["web-0", "web-1", "web-2"], Pods());
        var pod = Pod("web-1");
        Assert.Equal("web-1", pod["metadata"]!["labels"]!["statefulset.kubernetes.io/pod-name"]!.ToString());
        Assert.Equal(Status("updateRevision"), pod["metadata"]!["labels"]!["controller-revision-hash"]!.ToString());
        Assert.Equal("web-1", pod["spec"]!["hostname"]!.ToString());
        Assert.Equal("nodes", pod["spec"]!["subdomain"]!.ToString());
        Assert.Equal("store-web-1", pod["spec"]!["volumes"]![0]!["persistentVolumeClaim"]!["claimName"]!.ToString());
        Assert.Equal(["store-web-0", "store-web-1", "store-web-2"], Claims());
        Assert.Equal("3", Status("replicas"));
        Assert.Equal("0", Status("readyReplicas"));
        Ready("web-0", "web-1", "web-2");
        Sync();
        Assert.Equal("3", Status("readyReplicas"));
        Assert.Equal("1", Status("observedGeneration"));
    }

    [Fact]
    public void Ordered_sets_wait_for_each_pod_before_the_next_and_shrink_from_the_highest_number()
    {
        Create(replicas: 2, "OrderedReady");
        Sync();
        Sync();
        Assert.Equal(["web-0"], Pods());
        Ready("web-0");
        Sync();
        Assert.Equal(["web-0", "web-1"], Pods());
        Ready("web-1");

        Change("""{"spec":{"replicas":0}}""");
        Sync();

        Assert.Equal(["web-0"], Pods());
        Sync();
        Assert.Empty(Pods());
        Assert.Equal(["store-web-0", "store-web-1"], Claims());
    }

    [Fact]
    public void A_rolling_update_goes_from_the_highest_number_down_waits_for_each_and_stops_at_the_partition()
    {
        Create(replicas: 3, "Parallel");
        Sync();
        Ready("web-0", "web-1", "web-2");
        Sync();
        var old = Status("currentRevision");

        Change("""{"spec":{"updateStrategy":{"rollingUpdate":{"partition":1}},"template":{"metadata":{"annotations":{"a":"b"}}}}}""");
        Sync(); // deletes 2
        Assert.Equal(["web-0", "web-1"], Pods());
        Sync(); // makes it again
        Sync();
        Assert.Equal(["web-0", "web-1", "web-2"], Pods());
        Assert.Equal(old, Revision("web-1"));
        Ready("web-2");
        Sync();
        Sync();
        Ready("web-1");
        Sync();

        Assert.NotEqual(old, Status("updateRevision"));
        Assert.Equal([old, Status("updateRevision"), Status("updateRevision")], new[] { "web-0", "web-1", "web-2" }.Select(Revision));
        Assert.Equal(old, Status("currentRevision"));
        Assert.Equal("2", Status("updatedReplicas"));

        _api.Delete(BuiltInTypes.Pods, new ObjectKey("default", "web-0"), default);
        Sync();
        Assert.Equal(old, Revision("web-0")); // below the partition: from the former template
        Assert.Null(Pod("web-0")["metadata"]!["annotations"]);

        Ready("web-0");
        Change("""{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}""");
        Sync();
        Sync();
        Ready("web-0");
        Sync();
        Assert.Equal(Status("updateRevision"), Status("currentRevision"));
    }

    [Fact]
    public void On_delete_leaves_pods_alone_until_somebody_deletes_them()
    {
        Create(replicas: 2, "Parallel", "OnDelete");
        Sync();
        Ready("web-0", "web-1");
        var old = Revision("web-0");

        Change("""{"spec":{"template":{"metadata":{"annotations":{"a":"b"}}}}}""");
        Sync();
        Assert.Equal([old, old], new[] { "web-0", "web-1" }.Select(Revision));
        _api.Delete(BuiltInTypes.Pods, new ObjectKey("default", "web-1"), default);
        Sync();

        Assert.Equal([old, Status("updateRevision")], new[] { "web-0", "web-1" }.Select(Revision));
    }

    [Fact]
    public void A_pod_counts_as_available_after_it_was_ready_for_long_enough()
    {
        Create(replicas: 1, "Parallel", minReadySeconds: 10);
        Sync();
        Ready("web-0");

        Assert.Equal(TimeSpan.FromSeconds(10), Sync());
        Assert.Equal("0", Status("availableReplicas"));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Sync();
        Assert.Equal("1", Status("availableReplicas"));
    }

    [Fact]
    public void Claims_go_with_what_the_retention_policy_names()
    {
        Create(replicas: 2, "Parallel");
        Change("""{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Delete","whenScaled":"Delete"}}}""");
        Sync();

        Change("""{"spec":{"replicas":1}}""");
        Sync();
        Sync();
        Assert.Equal(["store-web-0"], Claims());

        _api.Delete(BuiltInTypes.StatefulSets, new ObjectKey("default", "web"), default);
        Assert.Empty(Claims());
        Assert.Empty(Pods());
    }

    [Fact]
    public void A_set_made_again_after_an_orphaning_deletion_adopts_its_pods()
    {
        Create(replicas: 2, "Parallel", "OnDelete");
        Sync();
        Ready("web-0", "web-1");
        var uid = Pod("web-0")["metadata"]!["uid"]!.ToString();

        _api.Delete(BuiltInTypes.StatefulSets, new ObjectKey("default", "web"), new DeleteOptions("Orphan"));
        Create(replicas: 2, "Parallel", "OnDelete");
        Sync();

        Assert.Equal(uid, Pod("web-0")["metadata"]!["uid"]!.ToString());
        Assert.Equal(_api.Get(BuiltInTypes.StatefulSets, new ObjectKey("default", "web"))["metadata"]!["uid"]!.ToString(),
            Pod("web-0").Controller()!["uid"]!.ToString());
        Assert.Equal("2", Status("readyReplicas"));
        Assert.Equal(Status("updateRevision"), Revision("web-0"));
    }

    [Fact]
    public void Claims_are_bound_to_folders_of_their_own_grow_and_leave_nothing_behind()
    {
        var folders = new ClaimFolders(_directory);
        var binder = new VolumeClaimController(_api, folders);
        Create(replicas: 1, "Parallel");
        Sync();
        binder.Sync();
        var claim = _api.Get(BuiltInTypes.VolumeClaims, new ObjectKey("default", "store-web-0"));
        Assert.Equal("Bound", claim["status"]!["phase"]!.ToString());
        Assert.Equal("1Gi", claim["status"]!["capacity"]!["storage"]!.ToString());
        Assert.True(Directory.Exists(folders.Of(claim["spec"]!["volumeName"]!.ToString())));

        _api.Modify(BuiltInTypes.VolumeClaims, claim.Key(), "", Writer, item => JsonPaths.Set(item, ".spec.resources.requests.storage", "2Gi"));
        binder.Sync();
        Assert.Equal("2Gi", _api.Get(BuiltInTypes.VolumeClaims, claim.Key())["status"]!["capacity"]!["storage"]!.ToString());

        _api.Delete(BuiltInTypes.VolumeClaims, claim.Key(), default);
        binder.Sync();
        Assert.NotEmpty(folders.Volumes()); // the pod still works in it
        _api.Delete(BuiltInTypes.StatefulSets, new ObjectKey("default", "web"), default);
        binder.Sync();
        Assert.Empty(folders.Volumes());
    }

    [Fact]
    public void Budgets_count_what_may_go()
    {
        Create(replicas: 2, "Parallel");
        Sync();
        Ready("web-0", "web-1");
        _api.Create(BuiltInTypes.DisruptionBudgets, "default", JsonNode.Parse(
            """{"metadata":{"name":"web"},"spec":{"maxUnavailable":1,"selector":{"matchLabels":{"app":"web"}}}}""")!.AsObject(), Writer);

        new DisruptionBudgetController(_api).Sync();

        var status = _api.Get(BuiltInTypes.DisruptionBudgets, new ObjectKey("default", "web"))["status"]!;
        Assert.Equal((2, 1, 1), (status["currentHealthy"]!.GetValue<int>(), status["desiredHealthy"]!.GetValue<int>(), status["disruptionsAllowed"]!.GetValue<int>()));
    }

    private void Create(int replicas, string management, string update = "RollingUpdate", int minReadySeconds = 0) =>
        _api.Create(BuiltInTypes.StatefulSets, "default", JsonNode.Parse($$$$"""
            {"metadata":{"name":"web"},"spec":{"serviceName":"nodes","replicas":{{{{replicas}}}},"podManagementPolicy":"{{{{management}}}}",
             "minReadySeconds":{{{{minReadySeconds}}}},"updateStrategy":{"type":"{{{{update}}}}"},
             "selector":{"matchLabels":{"app":"web"}},
             "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"main","image":"web"}]}},
             "volumeClaimTemplates":[{"metadata":{"name":"store"},
               "spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"} } } }]}}
            """)!.AsObject(), Writer);

    private void Change(string patch) => _api.Patch(
        BuiltInTypes.StatefulSets, new ObjectKey("default", "web"), PatchKind.Merge, JsonNode.Parse(patch)!, "", Writer);

    private TimeSpan Sync() => _sets.Sync(_api.Get(BuiltInTypes.StatefulSets, new ObjectKey("default", "web")));

    private void Ready(params string[] pods)
    {
        foreach (var pod in pods)
        {
            _api.Modify(BuiltInTypes.Pods, new ObjectKey("default", pod), "status", Writer, item => item["status"] = new JsonObject
            {
                ["phase"] = "Running",
                ["conditions"] = new JsonArray(WorkloadObjects.Condition("Ready", true, _clock.GetUtcNow())),
            });
        }
    }

    private string[] Pods() => [.. _api.Store.List(BuiltInTypes.Pods, null).Items.Select(pod => pod.Name())];

    private string[] Claims() => [.. _api.Store.List(BuiltInTypes.VolumeClaims, null).Items.Select(claim => claim.Name())];

    private JsonObject Pod(string name) => _api.Get(BuiltInTypes.Pods, new ObjectKey("default", name));

    private string Revision(string pod) => Pod(pod).Label(StatefulSetPods.RevisionLabel)!;

    private string Status(string field) =>
        _api.Get(BuiltInTypes.StatefulSets, new ObjectKey("default", "web"))["status"]![field]!.ToString();
}
