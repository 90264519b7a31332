using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Broker;
using Rocketeer.Broker.Configuration;
using Rocketeer.Client;
using Rocketeer.NameServer;
using Rocketeer.TestKit;

namespace Rocketeer.Cluster.Tests;

/// <summary>Name servers and a master on free loopback ports, with a store that goes with them. Real sockets, one process.</summary>
public sealed class InProcessCluster : IAsyncDisposable
{
    private readonly List<NameServerApp> _nameServers;
    private readonly TempDirectory _directory;

    private InProcessCluster(List<NameServerApp> nameServers, TempDirectory directory)
    {
        _nameServers = nameServers;
        _directory = directory;
        NameServers = string.Join(';', nameServers.Select(server => $"127.0.0.1:{server.EndPoint.Port}"));
    }

    public const string ClusterName = "TestCluster";

    /// <summary>All of them, those that were stopped too.</summary>
    public string NameServers { get; }

    public BrokerApp Broker { get; private set; } = null!;

    public string BrokerAddress => $"127.0.0.1:{Broker.EndPoint.Port}";

    public static async Task<InProcessCluster> StartAsync(
        Action<BrokerOptions>? configure = null, int nameServers = 1, Action<NameServerOptions>? configureNameServer = null)
    {
        var directory = new TempDirectory();
        var started = new List<NameServerApp>();
        for (var index = 0; index < nameServers; index++)
        {
            started.Add(await StartNameServerAsync(directory, index, configureNameServer));
        }

        var cluster = new InProcessCluster(started, directory);
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

    /// <summary>Stops one of the running name servers for good.</summary>
    public async Task StopNameServerAsync(int index)
    {
        var server = _nameServers[index];
        _nameServers.RemoveAt(index);
        await server.DisposeAsync();
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

        foreach (var nameServer in _nameServers)
        {
            await nameServer.DisposeAsync();
        }

        _directory.Dispose();
    }

    private static Task<NameServerApp> StartNameServerAsync(TempDirectory directory, int index, Action<NameServerOptions>? configure)
    {
        var options = new NameServerOptions
        {
            ListenPort = 0,
            BindAddress = "127.0.0.1",
            KvConfigPath = directory[$"kvConfig-{index}.json"],
            ConfigStorePath = directory[$"namesrv-{index}.properties"],
        };
        configure?.Invoke(options);
        return NameServerApp.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
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
