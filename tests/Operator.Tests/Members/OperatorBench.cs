using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.ControlPlane.Http;
using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Members;
using Rocketeer.Operator.Runtime.Api;

namespace Rocketeer.Operator.Tests.Members;

/// <summary>
/// The development control plane with our kinds, a cluster of fake brokers, and the operator's controllers of Topics and ConsumerGroups
/// under a clock that moves while a test waits.
/// </summary>
internal sealed class OperatorBench : IAsyncDisposable
{
    private readonly ApiServer _server;
    private readonly Kubernetes _operatorClient;
    private readonly CancellationTokenSource _stop = new();
    private readonly ClusterViews _views;
    private readonly MemberControllers _controllers;
    private readonly Task _running;

    private OperatorBench(ApiServer server, ResourceApi plane, FakeTimeProvider clock, FakeCluster brokers, DelegatingHandler[] faults)
    {
        _server = server;
        Plane = plane;
        Clock = clock;
        Brokers = brokers;
        Client = new Kubernetes(Configuration(server));
        Api = new KubeApi(Client);
        _operatorClient = new Kubernetes(Configuration(server), faults);
        _views = new ClusterViews((_, _) => brokers, clock);
        _controllers = new MemberControllers(new KubeApi(_operatorClient), null, _views, clock, NullLoggerFactory.Instance);
        _running = Task.WhenAll(_controllers.WatchAsync(_stop.Token), _controllers.WorkAsync(4, _stop.Token));
    }

    public ResourceApi Plane { get; }

    public FakeTimeProvider Clock { get; }

    public FakeCluster Brokers { get; }

    public Kubernetes Client { get; }

    public KubeApi Api { get; }

    public static async Task<OperatorBench> StartAsync(FakeCluster brokers, params DelegatingHandler[] faults)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var plane = new ResourceApi(new ObjectStore(), new ResourceTypes(), clock);
        foreach (var name in new[] { "mq", "apps" })
        {
            plane.Create(BuiltInTypes.Namespaces, "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }, new WriteOptions("test"));
        }

        foreach (var path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "deploy", "crds")))
        {
            var crd = KubernetesYaml.Deserialize<V1CustomResourceDefinition>(await File.ReadAllTextAsync(path));
            plane.Create(BuiltInTypes.CustomResourceDefinitions, "", JsonNode.Parse(KubernetesJson.Serialize(crd))!.AsObject(), new WriteOptions("test"));
        }

        var server = await ApiServer.StartAsync(new ApiHandler(plane, null!, TimeProvider.System), 0, NullLoggerFactory.Instance, CancellationToken.None);
        var bench = new OperatorBench(server, plane, clock, brokers, faults);
        await bench.CreateClusterAsync("demo");
        return bench;
    }

    public async Task CreateClusterAsync(string name, Action<RocketClusterSpec>? change = null)
    {
        var cluster = new RocketCluster { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "mq" } };
        change?.Invoke(cluster.Spec);
        await Api.CreateAsync(cluster, CancellationToken.None);
        await Api.PatchAsync<RocketCluster>(
            "mq", name, new JsonObject { ["status"] = new JsonObject { ["namesrvEndpoints"] = "127.0.0.1:9876" } }, "status", CancellationToken.None);
    }

    public Task<Topic> CreateTopicAsync(string name, Action<TopicSpec>? change = null, string @namespace = "mq")
    {
        var topic = new Topic { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = @namespace } };
        topic.Spec.ClusterRef = new ClusterReference { Name = "demo", Namespace = "mq" };
        change?.Invoke(topic.Spec);
        return Api.CreateAsync(topic, CancellationToken.None);
    }

    public Task<T?> FindAsync<T>(string name, string @namespace = "mq")
        where T : class, IKubernetesObject<V1ObjectMeta> => Api.FindAsync<T>(@namespace, name, CancellationToken.None);

    /// <summary>Waits until a topic has a condition with a reason.</summary>
    public Task<Topic> TopicAsync(string name, string type, string reason, string @namespace = "mq") => UntilAsync(async () =>
        await FindAsync<Topic>(name, @namespace) is { } topic && topic.Status.Conditions?.Any(condition => condition.Type == type && condition.Reason == reason) == true
            ? topic
            : null,
        async () => $"{name}: no {type}={reason}, but {KubernetesJson.Serialize((await FindAsync<Topic>(name, @namespace))?.Status)}");

    /// <summary>Waits until something is there; time goes on in steps of a quarter of a second meanwhile.</summary>
    public async Task<T> UntilAsync<T>(Func<Task<T?>> look, Func<Task<string>> complaint)
        where T : class
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(60))
        {
            if (await look() is { } found)
            {
                return found;
            }

            if (_running.IsCompleted)
            {
                await _running;
            }

            await PassTimeAsync(TimeSpan.FromMilliseconds(250));
        }

        throw new Xunit.Sdk.XunitException(await complaint());
    }

    public Task UntilAsync(Func<bool> holds, string complaint) =>
        UntilAsync(() => Task.FromResult(holds() ? "yes" : null), () => Task.FromResult(complaint));

    public Task GoneAsync<T>(string name, string @namespace = "mq")
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        UntilAsync(async () => await FindAsync<T>(name, @namespace) is null ? "gone" : null, () => Task.FromResult($"{name} is still there"));

    public Task DeleteAsync<T>(string name, string @namespace = "mq")
        where T : class, IKubernetesObject<V1ObjectMeta> => Api.DeleteAsync<T>(@namespace, name, null, false, CancellationToken.None);

    /// <summary>Lets the clock go on, and the operator work.</summary>
    public async Task PassTimeAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        await _controllers.DisposeAsync();
        await _views.DisposeAsync();
        _operatorClient.Dispose();
        Client.Dispose();
        await _server.DisposeAsync();
    }

    private static KubernetesClientConfiguration Configuration(ApiServer server) => new() { Host = server.Address.ToString().TrimEnd('/') };
}
