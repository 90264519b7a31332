using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Replication;
using Rocketeer.Storage;

namespace Rocketeer.Benchmarks;

/// <summary>
/// <c>replicate [seconds]</c>: a master and a slave in this process, over the loopback address, 1 KiB bodies. How fast the master appends
/// with a slave attached and how far the slave is behind when it ends; how fast a slave copies a log that is there; and sends that wait for
/// the slave, 64 in flight, against the same without waiting, in one run.
/// </summary>
internal static class ReplicationBenchmark
{
    private const int InFlight = 64;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = arguments is [var text, ..] ? double.Parse(text, CultureInfo.InvariantCulture) : 3;
        var directory = Directory.CreateTempSubdirectory("rocketeer-bench-").FullName;
        try
        {
            await using var master = await NodeAsync(Path.Combine(directory, "master"), isMaster: true);
            await using (var slave = await NodeAsync(Path.Combine(directory, "slave"), isMaster: false))
            {
                await slave.Service.FollowAsync(master.Address);
                SendLoad.Run(master.Store, InFlight, 0.5);
                await slave.CatchUpAsync(master);
                await FollowAppendAsync(master, slave, seconds);
                await SynchronousAsync(master, slave, seconds);
            }

            await CopyAsync(master, Path.Combine(directory, "late"));
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task FollowAppendAsync(Node master, Node slave, double seconds)
    {
        var start = Stopwatch.GetTimestamp();
        var rate = SendLoad.Run(master.Store, InFlight, seconds);
        var behind = master.Store.CommitLogMaxOffset - slave.Store.CommitLogMaxOffset;
        var appended = Stopwatch.GetElapsedTime(start);
        await slave.CatchUpAsync(master);
        var caughtUp = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(
            $"append with a slave  {rate,10:N0} messages/s; slave {behind / 1024.0:N0} KiB behind at the end, had all {caughtUp.TotalSeconds / appended.TotalSeconds,5:N3} x the time of appending");
    }

    private static async Task SynchronousAsync(Node master, Node slave, double seconds)
    {
        for (var round = 0; round < 3; round++)
        {
            master.Service.Lead(waitForReplica: false);
            var asynchronous = SendLoad.Run(master.Store, InFlight, seconds / 2);
            await slave.CatchUpAsync(master);
            master.Service.Lead(waitForReplica: true);
            var synchronous = SendLoad.Run(master.Store, InFlight, seconds / 2);
            Console.WriteLine(
                $"{InFlight} in flight  asynchronous {asynchronous,10:N0}  waiting for the slave {synchronous,10:N0} messages/s  {synchronous / asynchronous,5:P0}");
        }
    }

    private static async Task CopyAsync(Node master, string directory)
    {
        var bytes = master.Store.CommitLogMaxOffset % (1024 * 1024 * 1024);
        await using var slave = await NodeAsync(directory, isMaster: false);
        var start = Stopwatch.GetTimestamp();
        await slave.Service.FollowAsync(master.Address);
        await slave.CatchUpAsync(master);
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine($"copy of the last file {bytes / elapsed / 1e6,8:N0} MB/s, about {bytes / elapsed / 1150,10:N0} messages/s");
    }

    private static async Task<Node> NodeAsync(string directory, bool isMaster)
    {
        var options = new BrokerOptions
        {
            Network = new NetworkSettings { BindAddress = "127.0.0.1" },
            Store = new StoreSettings { StorePathRootDir = directory, DiskSpaceWarningLevelRatio = 1, DiskSpaceCleanForciblyRatio = 1 },
        };
        var store = await MessageStore.OpenAsync(
            options.Store.ToStoreOptions(), new StoreRole(isMaster), arrivals: null, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var service = new ReplicationService(store, options, TimeProvider.System, NullLoggerFactory.Instance);
        await service.StartAsync(0, CancellationToken.None);
        if (isMaster)
        {
            service.Lead(waitForReplica: false);
        }

        return new Node(store, service);
    }

    private sealed record Node(MessageStore Store, ReplicationService Service) : IAsyncDisposable
    {
        public string Address => new IPEndPoint(IPAddress.Loopback, Service.EndPoint.Port).ToString();

        public async Task CatchUpAsync(Node master)
        {
            while (Store.CommitLogMaxOffset < master.Store.CommitLogMaxOffset)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Service.DisposeAsync();
            await Store.DisposeAsync();
        }
    }
}
