using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Rocketeer.DevCluster.Tests.ControlPlane;

/// <summary>Objects through the official client: what a controller relies on.</summary>
public sealed class ObjectsTests : IAsyncLifetime
{
    private const string Group = "rocketeer.dev";
    private const string Version = "v1alpha1";
    private TestControlPlane _plane = null!;

    private Kubernetes Client => _plane.Client;

    public async ValueTask InitializeAsync() => _plane = await TestControlPlane.StartAsync();

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task A_new_object_has_an_identity_defaults_and_a_generation()
    {
        var topic = await CreateTopicAsync("orders", new JsonObject());

        Assert.NotEmpty(topic["metadata"]!["uid"]!.ToString());
        Assert.Equal(1, topic["metadata"]!["generation"]!.GetValue<int>());
        Assert.Equal(8, topic["spec"]!["writeQueues"]!.GetValue<int>());
        Assert.Equal("ReadWrite", topic["spec"]!["perm"]!.ToString());
    }

    [Fact]
    public async Task What_breaks_the_schema_is_refused_with_the_field_and_the_reason()
    {
        var refused = await Assert.ThrowsAsync<HttpOperationException>(() => CreateTopicAsync("orders", new JsonObject { ["writeQueues"] = 0 }));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Response.StatusCode);
        Assert.Contains("spec.writeQueues", refused.Response.Content);
        Assert.Contains("greater than or equal to 1", refused.Response.Content);
    }

    [Fact]
    public async Task Unknown_fields_are_dropped_and_refused_when_the_client_asks_for_strictness()
    {
        var topic = await CreateTopicAsync("orders", new JsonObject { ["nonsense"] = 1 });
        var refused = await Assert.ThrowsAsync<HttpOperationException>(() => Client.CustomObjects.CreateNamespacedCustomObjectAsync(
            Topic("other", new JsonObject { ["nonsense"] = 1 }), Group, Version, "default", "topics", fieldValidation: "Strict"));

        Assert.Null(topic["spec"]!["nonsense"]);
        Assert.Contains("spec.nonsense", refused.Response.Content);
    }

    [Fact]
    public async Task A_write_of_the_status_leaves_the_spec_and_the_generation_alone_and_the_other_way_round()
    {
        await CreateTopicAsync("orders", new JsonObject());

        await PatchAsync("orders", """{"status":{"groupsSynced":"1/1"},"spec":{"writeQueues":3}}""", status: true);
        var after = await PatchAsync("orders", """{"status":{"groupsSynced":"9/9"},"spec":{"writeQueues":4}}""", status: false);

        Assert.Equal("1/1", after["status"]!["groupsSynced"]!.ToString());
        Assert.Equal(4, after["spec"]!["writeQueues"]!.GetValue<int>());
        Assert.Equal(2, after["metadata"]!["generation"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_stale_replacement_is_a_conflict()
    {
        var map = await Client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("a", "1"), "default");
        await Client.CoreV1.ReplaceNamespacedConfigMapAsync(WithData(map, "2"), "a", "default");

        var refused = await Assert.ThrowsAsync<HttpOperationException>(
            () => Client.CoreV1.ReplaceNamespacedConfigMapAsync(WithData(map, "3"), "a", "default"));

        Assert.Equal(HttpStatusCode.Conflict, refused.Response.StatusCode);
    }

    [Fact]
    public async Task A_write_that_changes_nothing_is_no_new_version()
    {
        var map = await ApplyAsync("one", "1");
        var again = await ApplyAsync("one", "1");

        Assert.Equal(map.ResourceVersion(), again.ResourceVersion());
    }

    [Fact]
    public async Task An_apply_takes_back_what_it_no_longer_says_and_conflicts_with_other_owners()
    {
        await ApplyAsync("one", "1", extra: true);
        var after = await ApplyAsync("one", "1");
        var refused = await Assert.ThrowsAsync<HttpOperationException>(() => ApplyAsync("two", "2"));
        var forced = await ApplyAsync("two", "2", force: true);

        Assert.False(after.Data.ContainsKey("extra"));
        Assert.Equal(HttpStatusCode.Conflict, refused.Response.StatusCode);
        Assert.Contains(".data.key", refused.Response.Content);
        Assert.Equal("2", forced.Data["key"]);
    }

    [Fact]
    public async Task Finalizers_keep_an_object_until_they_are_gone()
    {
        var map = ConfigMap("a", "1");
        map.Metadata.Finalizers = ["rocketeer.dev/test"];
        await Client.CoreV1.CreateNamespacedConfigMapAsync(map, "default");

        await Client.CoreV1.DeleteNamespacedConfigMapAsync("a", "default");
        var kept = await Client.CoreV1.ReadNamespacedConfigMapAsync("a", "default");
        await Client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch("""{"metadata":{"finalizers":null}}""", V1Patch.PatchType.MergePatch), "a", "default");

        Assert.NotNull(kept.Metadata.DeletionTimestamp);
        Assert.Empty((await Client.CoreV1.ListNamespacedConfigMapAsync("default")).Items);
    }

    [Fact]
    public async Task What_an_object_owns_goes_with_it_and_stays_when_it_is_orphaned()
    {
        foreach (var (name, policy) in new[] { ("a", "Background"), ("b", "Orphan") })
        {
            var owner = await Client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap(name, "1"), "default");
            var owned = ConfigMap(name + "-child", "1");
            owned.Metadata.OwnerReferences = [new V1OwnerReference { ApiVersion = "v1", Kind = "ConfigMap", Name = name, Uid = owner.Uid() }];
            await Client.CoreV1.CreateNamespacedConfigMapAsync(owned, "default");
            await Client.CoreV1.DeleteNamespacedConfigMapAsync(name, "default", propagationPolicy: policy);
        }

        var left = Assert.Single((await Client.CoreV1.ListNamespacedConfigMapAsync("default")).Items);
        Assert.Equal("b-child", left.Name());
    }

    [Fact]
    public async Task A_namespace_goes_with_everything_in_it_once_finalizers_let_go()
    {
        await Client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "mq" } });
        var map = ConfigMap("a", "1");
        map.Metadata.Finalizers = ["rocketeer.dev/test"];
        await Client.CoreV1.CreateNamespacedConfigMapAsync(map, "mq");

        await Client.CoreV1.DeleteNamespaceAsync("mq");
        var during = await Client.CoreV1.ReadNamespaceAsync("mq");
        var refused = await Assert.ThrowsAsync<HttpOperationException>(
            () => Client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("b", "1"), "mq"));
        await Client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch("""{"metadata":{"finalizers":null}}""", V1Patch.PatchType.MergePatch), "a", "mq");

        Assert.Equal("Terminating", during.Status.Phase);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Response.StatusCode);
        Assert.DoesNotContain((await Client.CoreV1.ListNamespaceAsync()).Items, item => item.Name() == "mq");
    }

    [Fact]
    public async Task A_service_gets_an_address_that_stays_and_can_be_asked_for_again()
    {
        V1Service Wanted(string? address) => new()
        {
            Metadata = new V1ObjectMeta { Name = "a" },
            Spec = new V1ServiceSpec { ClusterIP = address, Ports = [new V1ServicePort { Port = 80 }] },
        };
        var service = await Client.CoreV1.CreateNamespacedServiceAsync(Wanted(null), "default");
        await Client.CoreV1.DeleteNamespacedServiceAsync("a", "default");
        var again = await Client.CoreV1.CreateNamespacedServiceAsync(Wanted(service.Spec.ClusterIP), "default");

        Assert.StartsWith("127.", service.Spec.ClusterIP);
        Assert.Equal(service.Spec.ClusterIP, again.Spec.ClusterIP);
    }

    [Fact]
    public async Task A_watch_shows_changes_after_its_version_in_order_and_selections_as_coming_and_going()
    {
        var before = (await Client.CoreV1.ListNamespacedConfigMapAsync("default")).ResourceVersion();
        var map = ConfigMap("a", "1");
        map.Metadata.Labels = new Dictionary<string, string> { ["in"] = "yes" };
        await Client.CoreV1.CreateNamespacedConfigMapAsync(map, "default");
        await Client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch("""{"data":{"key":"2"}}""", V1Patch.PatchType.MergePatch), "a", "default");
        await Client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch("""{"metadata":{"labels":{"in":null}}}""", V1Patch.PatchType.MergePatch), "a", "default");

        var seen = new List<WatchEventType>();
        await foreach (var (type, _) in Client.CoreV1.WatchListNamespacedConfigMapAsync(
            "default", labelSelector: "in=yes", resourceVersion: before, timeoutSeconds: 20))
        {
            seen.Add(type);
            if (seen.Count == 3)
            {
                break;
            }
        }

        Assert.Equal([WatchEventType.Added, WatchEventType.Modified, WatchEventType.Deleted], seen);
    }

    [Fact]
    public async Task A_watch_from_a_forgotten_version_is_told_to_list_again()
    {
        await Client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("a", "1"), "default");
        _plane.Api.Store.ForgetLog();

        var gone = await Assert.ThrowsAsync<HttpOperationException>(() => Client.CoreV1.ListNamespacedConfigMapWithHttpMessagesAsync(
            "default", resourceVersion: "2", watch: true));

        Assert.Equal(HttpStatusCode.Gone, gone.Response.StatusCode);
    }

    private static JsonObject Topic(string name, JsonObject spec)
    {
        spec["clusterRef"] = new JsonObject { ["name"] = "demo" };
        return new JsonObject
        {
            ["apiVersion"] = $"{Group}/{Version}", ["kind"] = "Topic", ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec,
        };
    }

    private static V1ConfigMap ConfigMap(string name, string value) => new()
    {
        ApiVersion = "v1", Kind = "ConfigMap",
        Metadata = new V1ObjectMeta { Name = name }, Data = new Dictionary<string, string> { ["key"] = value },
    };

    private static V1ConfigMap WithData(V1ConfigMap map, string value) => map with { Data = new Dictionary<string, string> { ["key"] = value } };

    private async Task<JsonObject> CreateTopicAsync(string name, JsonObject spec) =>
        Node(await Client.CustomObjects.CreateNamespacedCustomObjectAsync(Topic(name, spec), Group, Version, "default", "topics"));

    private async Task<JsonObject> PatchAsync(string name, string patch, bool status)
    {
        var body = new V1Patch(patch, V1Patch.PatchType.MergePatch);
        return Node(status
            ? await Client.CustomObjects.PatchNamespacedCustomObjectStatusAsync(body, Group, Version, "default", "topics", name)
            : await Client.CustomObjects.PatchNamespacedCustomObjectAsync(body, Group, Version, "default", "topics", name));
    }

    private async Task<V1ConfigMap> ApplyAsync(string manager, string value, bool extra = false, bool force = false)
    {
        var map = ConfigMap("applied", value);
        if (extra)
        {
            map.Data["extra"] = "x";
        }

        return await Client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch(KubernetesJson.Serialize(map), V1Patch.PatchType.ApplyPatch), "applied", "default", fieldManager: manager, force: force);
    }

    private static JsonObject Node(object value) => JsonSerializer.SerializeToNode(value)!.AsObject();
}
