using Rocketeer.Client;
using Rocketeer.Cluster.Tests;

namespace Rocketeer.Cli.Tests;

/// <summary>A name server and a broker for all tests of a class; each test has topics and groups of its own.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private InProcessCluster? _cluster;

    public string NameServers => _cluster!.NameServers;

    public string BrokerAddress => _cluster!.BrokerAddress;

    public async ValueTask InitializeAsync() => _cluster = await InProcessCluster.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    /// <summary>A client of this cluster; the caller disposes it.</summary>
    internal RocketeerClient CreateClient() => _cluster!.CreateClient();

    internal Task<Tool.Run> RunAsync(params string[] args) =>
        Tool.RunAsync([.. args, "--namesrv", NameServers], cancellationToken: TestContext.Current.CancellationToken);
}
