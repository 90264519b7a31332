using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.Network;
using Rocketeer.DevCluster.Workloads;

namespace Rocketeer.DevCluster.Tests.Network;

/// <summary>Services on this machine; listeners of the test play the pods.</summary>
public sealed class ServiceNetworkTests : IAsyncLifetime
{
    private static readonly WriteOptions Writer = new("test");

    private readonly string _directory = Directory.CreateTempSubdirectory("rocketeer-network-").FullName;
    private readonly ResourceApi _api = new(new ObjectStore(), new ResourceTypes(), TimeProvider.System);
    private ServiceNetwork _network = null!;

    public ValueTask InitializeAsync()
    {
        _api.Create(BuiltInTypes.Namespaces, "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default" } }, Writer);
        _network = new ServiceNetwork(_api, _directory, TimeProvider.System, NullLogger<ServiceNetwork>.Instance);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _network.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_cluster_address_leads_to_a_ready_pod_and_follows_when_the_pod_is_another()
    {
        using var first = Listen("127.97.200.1");
        using var second = Listen("127.97.200.2");
        var service = _api.Create(BuiltInTypes.Services, "default", Parse(
            """{"metadata":{"name":"web"},"spec":{"selector":{"app":"web"},"ports":[{"port":7001,"targetPort":"main"}]}}"""), Writer);
        var address = new IPEndPoint(IPAddress.Parse(service["spec"]!["clusterIP"]!.ToString()), 7001);
        Pod("a", first, ready: true);
        Pod("b", second, ready: false);

        Assert.Equal("a", await AskAsync(address, first, "a"));
        first.Stop(); // else a connection that the relay still leads there would wait for ever
        _api.Delete(BuiltInTypes.Pods, new ObjectKey("default", "a"), default);
        Ready("b", second, ready: true);
        Assert.Equal("b", await AskAsync(address, second, "b"));
    }

    [Fact]
    public async Task Headless_services_are_names_of_pods_and_others_of_their_address()
    {
        var service = _api.Create(BuiltInTypes.Services, "default", Parse(
            """{"metadata":{"name":"web"},"spec":{"selector":{"app":"web"},"ports":[{"port":7002}]}}"""), Writer);
        _api.Create(BuiltInTypes.Services, "default", Parse(
            """{"metadata":{"name":"nodes"},"spec":{"clusterIP":"None","publishNotReadyAddresses":true,"selector":{"app":"web"}}}"""), Writer);
        using var listener = Listen("127.97.200.3");
        Pod("a", listener, ready: false);
        var path = ServiceNetwork.HostsPath(_directory);

        var text = "";
        while (!text.Contains("a.nodes", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
            text = File.Exists(path) ? await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken) : "";
        }

        Assert.Contains("127.97.200.3 a.nodes.default a.nodes.default.svc a.nodes.default.svc.cluster.local\n", text);
        Assert.Contains("127.97.200.3 nodes.default nodes.default.svc nodes.default.svc.cluster.local\n", text);
        Assert.Contains($"{service["spec"]!["clusterIP"]} web.default web.default.svc", text);
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static TcpListener Listen(string address)
    {
        var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        return listener;
    }

    private void Pod(string name, TcpListener listener, bool ready)
    {
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _api.Create(BuiltInTypes.Pods, "default", Parse(
            $$$"""
            {"metadata":{"name":"{{{name}}}","labels":{"app":"web"}},"spec":{"hostname":"{{{name}}}","subdomain":"nodes",
             "containers":[{"name":"main","ports":[{"name":"main","containerPort":{{{port}}} }]}]}}
            """), Writer);
        Ready(name, listener, ready);
    }

    private void Ready(string name, TcpListener listener, bool ready) =>
        _api.Modify(BuiltInTypes.Pods, new ObjectKey("default", name), "status", Writer, pod => pod["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["podIP"] = ((IPEndPoint)listener.LocalEndpoint).Address.ToString(),
            ["conditions"] = new JsonArray(WorkloadObjects.Condition("Ready", ready, DateTimeOffset.UnixEpoch)),
        });

    // The relay may not know the pod yet: asked until the pod is reached.
    private static async Task<string> AskAsync(IPEndPoint address, TcpListener pod, string answer)
    {
        var accepting = pod.AcceptSocketAsync(TestContext.Current.CancellationToken).AsTask();
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(address, TestContext.Current.CancellationToken);
                var first = new byte[16];
                var reading = client.Client.ReceiveAsync(first, TestContext.Current.CancellationToken).AsTask();
                if (await Task.WhenAny(accepting, reading) == accepting)
                {
                    using var server = await accepting;
                    await server.SendAsync(System.Text.Encoding.UTF8.GetBytes(answer), TestContext.Current.CancellationToken);
                    return System.Text.Encoding.UTF8.GetString(first, 0, await reading);
                }

                await reading;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }
}
