using System.Text.Json.Nodes;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.ControlPlane.Http;

namespace Rocketeer.DevCluster.Tests.ControlPlane;

/// <summary>A control plane without pods, with the namespace <c>default</c> and our kinds.</summary>
internal sealed class TestControlPlane : IAsyncDisposable
{
    private readonly ApiServer _server;

    private TestControlPlane(ApiServer server, ResourceApi api)
    {
        _server = server;
        Api = api;
        Client = new Kubernetes(new KubernetesClientConfiguration { Host = server.Address.ToString().TrimEnd('/') });
    }

    public ResourceApi Api { get; }

    public Kubernetes Client { get; }

    public Uri Address => _server.Address;

    public static async Task<TestControlPlane> StartAsync(TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        var api = new ResourceApi(new ObjectStore(), new ResourceTypes(), clock);
        api.Create(BuiltInTypes.Namespaces, "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default" } }, new WriteOptions("test"));
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "deploy", "crds")))
        {
            var crd = KubernetesYaml.Deserialize<k8s.Models.V1CustomResourceDefinition>(await File.ReadAllTextAsync(path));
            api.Create(
                BuiltInTypes.CustomResourceDefinitions, "", JsonNode.Parse(KubernetesJson.Serialize(crd))!.AsObject(), new WriteOptions("test"));
        }

        var server = await ApiServer.StartAsync(new ApiHandler(api, new NoLogs(), clock), 0, NullLoggerFactory.Instance, CancellationToken.None);
        return new TestControlPlane(server, api);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    private sealed class NoLogs : IPodLogs
    {
        public Task CopyAsync(
            ObjectKey pod, string? container, int? tailLines, bool follow, bool previous, Stream target, CancellationToken cancellationToken) =>
            Task.CompletedTask;
    }
}
