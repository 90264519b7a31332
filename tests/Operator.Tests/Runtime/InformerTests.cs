using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.ControlPlane.Http;
using Rocketeer.Operator.Runtime.Api;
using Rocketeer.Operator.Runtime.Queueing;
using Rocketeer.Operator.Runtime.Watching;

namespace Rocketeer.Operator.Tests.Runtime;

/// <summary>The informer against the development control plane.</summary>
public sealed class InformerTests : IAsyncLifetime
{
    private readonly ResourceApi _plane = new(new ObjectStore(), new ResourceTypes(), TimeProvider.System);
    private readonly CancellationTokenSource _stop = new();
    private readonly BlockingCollection<(string Name, WatchEventType Type)> _changes = [];
    private ApiServer _server = null!;
    private Kubernetes _client = null!;
    private Informer<V1ConfigMap> _informer = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _plane.Create(BuiltInTypes.Namespaces, "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "mq" } }, new WriteOptions("test"));
        _server = await ApiServer.StartAsync(
            new ApiHandler(_plane, null!, TimeProvider.System), 0, NullLoggerFactory.Instance, CancellationToken.None);
        _client = new Kubernetes(new KubernetesClientConfiguration { Host = _server.Address.ToString().TrimEnd('/') });
        await CreateAsync("before");
        _informer = new Informer<V1ConfigMap>(
            new KubeApi(_client), "mq", null, "cluster", TimeProvider.System, NullLogger.Instance);
        _informer.Changed += (item, type) => _changes.Add((item.Name(), type));
        _running = _informer.RunAsync(_stop.Token);
        await _informer.Synced;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_was_there_and_what_comes_changes_and_goes_is_seen_in_order()
    {
        await CreateAsync("later");
        await _client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch("""{"data":{"a":"2"}}""", V1Patch.PatchType.MergePatch), "later", "mq");
        await _client.CoreV1.DeleteNamespacedConfigMapAsync("later", "mq");

        Assert.Equal(
            [
                ("before", WatchEventType.Added), ("later", WatchEventType.Added), ("later", WatchEventType.Modified),
                ("later", WatchEventType.Deleted),
            ],
            Take(4));
    }

    [Fact]
    public async Task A_forgotten_version_leads_to_a_new_list_that_shows_what_is_gone()
    {
        Take(1);
        await CreateAsync("second");
        Take(1);
        var key = new ObjectKey("mq", "second");
        var maps = _plane.Types.Find("", "v1", "configmaps")!;

        _plane.Store.ForgetLog(); // the watch ends before it could show the deletion
        _plane.Store.Change(maps, key, _ => null);

        Assert.Equal([("second", WatchEventType.Deleted)], Take(1));
        Assert.Null(_informer.Find(new ResourceKey("mq", "second")));
    }

    [Fact]
    public async Task Objects_are_found_by_the_value_of_their_index_label()
    {
        await CreateAsync("labelled", "demo");
        Take(2);

        Assert.Equal("labelled", Assert.Single(_informer.ByLabel("mq", "demo")).Name());
        Assert.Empty(_informer.ByLabel("mq", "other"));
    }

    private Task CreateAsync(string name, string? cluster = null) => _client.CoreV1.CreateNamespacedConfigMapAsync(
        new V1ConfigMap
        {
            Metadata = new V1ObjectMeta
            {
                Name = name, Labels = cluster is null ? null : new Dictionary<string, string> { ["cluster"] = cluster },
            },
        },
        "mq");

    private List<(string Name, WatchEventType Type)> Take(int count)
    {
        var taken = new List<(string, WatchEventType)>();
        while (taken.Count < count)
        {
            Assert.True(_changes.TryTake(out var change, TimeSpan.FromSeconds(20)), "no more changes came");
            taken.Add(change);
        }

        return taken;
    }
}
