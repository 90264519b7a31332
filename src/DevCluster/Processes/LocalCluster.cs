using System.Net;

namespace Rocketeer.DevCluster.Processes;

/// <summary>A name server, a master and a slave as processes on the loopback address, with their files under one folder.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    /// <summary>Name of the cluster that the brokers belong to.</summary>
    public const string ClusterName = "DevCluster";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly List<ServerProcess> _servers = [];

    private LocalCluster(string directory) => Directory = directory;

    public string Directory { get; }

    public IReadOnlyList<ServerProcess> Servers => _servers;

    public string NameServers => _servers[0].EndPoint.ToString();

    /// <summary>Starts the servers one after another and returns when all of them accept connections.</summary>
    /// <exception cref="ServerFailedException">One did not start; the others are stopped.</exception>
    public static async Task<LocalCluster> StartAsync(
        string directory, ClusterPorts ports, Action<ServerProcess> started, TimeProvider clock, CancellationToken cancellationToken)
    {
        var cluster = new LocalCluster(directory);
        try
        {
            var nameServer = FreePorts.ForNameServer(ports.NameServer);
            await AddAsync("namesrv-0", "name server", "NameServer", nameServer, ConfigFiles.NameServer(directory, nameServer));
            var master = FreePorts.ForBroker(ports.Master);
            await AddAsync("broker-a-0", "master", "Broker", master, ConfigFiles.Broker(directory, "broker-a-0", 0, master, nameServer));
            var slave = FreePorts.ForBroker(ports.Slave);
            await AddAsync("broker-a-1", "slave", "Broker", slave, ConfigFiles.Broker(directory, "broker-a-1", 1, slave, nameServer));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }

        async Task AddAsync(string name, string role, string project, int port, string configFile)
        {
            var log = Path.Combine(directory, name, "server.log");
            var server = ServerProcess.Start(name, role, project, new IPEndPoint(IPAddress.Loopback, port), log, ["-c", configFile], clock);
            cluster._servers.Add(server);
            await server.WaitUntilListeningAsync(Patience, cancellationToken);
            started(server);
        }
    }

    /// <summary>Stops the servers, brokers first, so that they can still say good-bye to the name server.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var i = _servers.Count - 1; i >= 0; i--)
        {
            await _servers[i].DisposeAsync();
        }
    }
}

/// <summary>Ports to use when they are free.</summary>
internal sealed record ClusterPorts(int NameServer = 9876, int Master = 10911, int Slave = 11911);
