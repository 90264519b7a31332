using Rocketeer.Client;
using Rocketeer.Client.Admin;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Headers;
using Rocketeer.TestKit;

namespace Rocketeer.Cluster.Tests.Processes;

/// <summary>
/// A name server and two brokers of one group as processes of their own, each of which can be killed and started again. "A" starts as
/// master and "B" as its slave; afterwards they are what they were told to be.
/// </summary>
internal sealed class BrokerPair : IAsyncDisposable
{
    public const string BrokerName = "broker-a";
    public const int FileSize = 4 * 1024 * 1024;

    private readonly TempDirectory _directory;
    private readonly ServerProcess _nameServer;

    private BrokerPair(ServerProcess nameServer, TempDirectory directory, Settings settings)
    {
        _nameServer = nameServer;
        _directory = directory;
        Client = NewClient();
        A = new Member(this, "a", settings, null);
        B = new Member(this, "b", settings with { Role = "SLAVE" }, A.HaAddress);
    }

    public Member A { get; }

    public Member B { get; }

    public RocketeerClient Client { get; }

    public string NameServers => _nameServer.EndPoint.ToString();

    /// <summary>Starts the name server; the brokers are started by the test.</summary>
    public static async Task<BrokerPair> StartAsync(Settings settings)
    {
        var directory = new TempDirectory();
        var port = FreePorts.Take();
        var config = directory["namesrv.conf"];
        await File.WriteAllLinesAsync(
            config,
            [
                $"listenPort={port}",
                "bindAddress=127.0.0.1",
                $"kvConfigPath={directory["kvConfig.json"]}",
                $"configStorePath={directory["namesrv.properties"]}",
            ]);
        return new BrokerPair(await ServerProcess.StartAsync("Rocketeer.NameServer", port, "-c", config), directory, settings);
    }

    /// <summary>Starts both, the master first, and waits until the slave copies.</summary>
    public async Task StartBrokersAsync()
    {
        await A.StartAsync();
        await B.StartAsync();
        await Eventually.HoldsAsync(
            async () => await TryStatusAsync(B) is { Following: true } && await TryStatusAsync(A) is { Slaves.Count: 1 },
            () => $"the slave does not follow: {B.Output}\nmaster: {A.Output}");
    }

    public RocketeerClient NewClient() => new(new RocketeerClientOptions
    {
        NameServers = NameServers,
        ClientIp = "127.0.0.1",
        RoutePollInterval = TimeSpan.FromSeconds(1),
        HeartbeatInterval = TimeSpan.FromSeconds(1),
        OffsetPersistInterval = TimeSpan.FromMilliseconds(200),
    });

    public Task<BrokerRoleStatus> StatusAsync(Member member) => Client.Admin.GetBrokerRoleAsync(member.Address, TestContext.Current.CancellationToken);

    public async Task<BrokerRoleStatus?> TryStatusAsync(Member member)
    {
        try
        {
            return await StatusAsync(member);
        }
        catch (RocketeerException)
        {
            return null;
        }
    }

    public Task<BrokerRoleStatus> ChangeRoleAsync(Member member, ChangeRoleRequestHeader change) =>
        Client.Admin.ChangeBrokerRoleAsync(member.Address, change, TestContext.Current.CancellationToken);

    public Task CreateTopicAsync(string topic, int queues) =>
        Client.Admin.CreateTopicAsync(
            A.Address, new TopicSettings { Topic = topic, ReadQueues = queues, WriteQueues = queues }, TestContext.Current.CancellationToken);

    /// <summary>Waits until the slave holds what the master has, and both have it in their queues.</summary>
    public Task ConvergeAsync(Member master, Member slave) => Eventually.HoldsAsync(
        async () =>
        {
            var (up, down) = (await TryStatusAsync(master), await TryStatusAsync(slave));
            return up is { DispatchBehindBytes: 0 } && down is { DispatchBehindBytes: 0, Following: true } && up.MaxOffset == down.MaxOffset;
        },
        () => $"master: {master.Output}\nslave: {slave.Output}");

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await A.DisposeAsync();
        await B.DisposeAsync();
        await _nameServer.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>What both brokers have in common.</summary>
    /// <param name="Role">Role of "A" when it starts.</param>
    /// <param name="Flush">ASYNC_FLUSH or SYNC_FLUSH.</param>
    /// <param name="More">Further lines of the configuration files.</param>
    internal sealed record Settings(string Role, string Flush = "ASYNC_FLUSH", params string[] More);

    /// <summary>One of the brokers.</summary>
    internal sealed class Member : IAsyncDisposable
    {
        private readonly string _config;
        private ServerProcess? _process;

        public Member(BrokerPair pair, string name, Settings settings, string? masterHaAddress)
        {
            Port = FreePorts.TakeForBroker();
            Store = pair._directory[$"store-{name}"];
            _config = pair._directory[$"broker-{name}.conf"];
            File.WriteAllLines(
                _config,
                [
                    $"brokerName={BrokerName}",
                    $"brokerRole={settings.Role}",
                    $"brokerId={(settings.Role == "SLAVE" ? 1 : 0)}",
                    "brokerIP1=127.0.0.1",
                    "brokerIP2=127.0.0.1",
                    "bindAddress=127.0.0.1",
                    $"listenPort={Port}",
                    $"namesrvAddr={pair.NameServers}",
                    "registerNameServerPeriod=10000",
                    $"storePathRootDir={Store}",
                    $"mapedFileSizeCommitLog={FileSize}",
                    "mapedFileSizeConsumeQueue=200000",
                    "maxHashSlotNum=4000",
                    "maxIndexNum=16000",
                    "diskMaxUsedSpaceRatio=95",
                    $"flushDiskType={settings.Flush}",
                    "slaveSyncInterval=200",
                    "transactionCheckInterval=500",
                    "transactionTimeOut=1000",
                    "flushDelayOffsetInterval=200",
                    .. settings.More,
                    .. masterHaAddress is null ? Array.Empty<string>() : [$"haMasterAddress={masterHaAddress}"],
                ]);
        }

        public int Port { get; }

        public string Store { get; }

        public string Address => $"127.0.0.1:{Port}";

        public string HaAddress => $"127.0.0.1:{Port + 1}";

        public string Output => _process?.Output ?? "";

        public async Task StartAsync()
        {
            if (_process is { } former)
            {
                _process = null;
                await former.DisposeAsync();
            }

            _process = await ServerProcess.StartAsync("Rocketeer.Broker", Port, "-c", _config);
        }

        public Task KillAsync() => _process!.KillAsync();

        public async Task StopAsync() => Assert.Equal(0, await _process!.StopAsync());

        /// <summary>The files of the commit log, by the offset at which each begins.</summary>
        public CommitLogFiles Log() => new(Path.Combine(Store, "commitlog"), FileSize);

        public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
