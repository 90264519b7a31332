using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Broker;
using Rocketeer.Broker.Configuration;
using Rocketeer.Client;
using Rocketeer.NameServer;
using Rocketeer.TestKit;

namespace Rocketeer.Cluster.Tests;

/// <summary>A name server and a master on free loopback ports, with a store that goes with them. Real sockets, one process.</summary>
public sealed class InProcessCluster : IAsyncDisposable
{
    private readonly NameServerApp _nameServer;
    private readonly TempDirectory _directory;

    private InProcessCluster(NameServerApp nameServer, TempDirectory directory)
    {
        _nameServer = nameServer;
        _directory = directory;
    }

    public const string ClusterName = "TestCluster";

    public string NameServers => $"127.0.0.1:{_nameServer.EndPoint.Port}";

    public BrokerApp Broker { get; private set; } = null!;

    public string BrokerAddress => $"127.0.0.1:{Broker.EndPoint.Port}";

    public static async Task<InProcessCluster> StartAsync(Action<BrokerOptions>? configure = null)
    {
        var directory = new TempDirectory();
        var nameServer = await NameServerApp.StartAsync(
            new NameServerOptions
            {
                ListenPort = 0,
                BindAddress = "127.0.0.1",
                KvConfigPath = directory["kvConfig.json"],
                ConfigStorePath = directory["namesrv.properties"],
            },
            TimeProvider.System,
            NullLoggerFactory.Instance,
            CancellationToken.None);
        var cluster = new InProcessCluster(nameServer, directory);
        try
        {
            cluster.Broker = await cluster.StartBrokerAsync(configure);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the broker in order and starts it again on the same store.</summary>
    public async Task RestartBrokerAsync(Action<BrokerOptions>? configure = null)
    {
        await Broker.DisposeAsync();
        Broker = await StartBrokerAsync(configure);
    }

    /// <summary>A client of this cluster; the caller disposes it.</summary>
    public RocketeerClient CreateClient(Action<RocketeerClientOptions>? configure = null)
    {
        var options = new RocketeerClientOptions
        {
            NameServers = NameServers,
            ClientIp = "127.0.0.1",
            OffsetPersistInterval = TimeSpan.FromMilliseconds(200),
        };
        configure?.Invoke(options);
        return new RocketeerClient(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (Broker is not null)
        {
            await Broker.DisposeAsync();
        }

        await _nameServer.DisposeAsync();
        _directory.Dispose();
    }

    private Task<BrokerApp> StartBrokerAsync(Action<BrokerOptions>? configure)
    {
        var options = new BrokerOptions
        {
            NamesrvAddr = NameServers,
            BrokerIP1 = IPAddress.Loopback.ToString(),
            BrokerIP2 = IPAddress.Loopback.ToString(),
            BrokerName = "broker-a",
            BrokerClusterName = ClusterName,
        };
        options.Network.ListenPort = 0;
        options.Network.BindAddress = "127.0.0.1";
        options.Store.StorePathRootDir = _directory["store"];
        options.Store.MapedFileSizeCommitLog = 16 * 1024 * 1024;
        options.Store.MapedFileSizeConsumeQueue = 20 * 1000;
        options.Store.MaxHashSlotNum = 4000;
        options.Store.MaxIndexNum = 16_000;
        configure?.Invoke(options);
        return BrokerApp.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
    }
}
