using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Producing;
using Rocketeer.Cluster.Tests.Processes;
using Rocketeer.TestKit;

namespace Rocketeer.Cluster.Tests;

/// <summary>
/// kill -9 of a broker under load, again and again at random points; then every message that was acknowledged must be there. The page
/// cache outlives the process, so this holds for both flush modes; what asynchronous flush may lose is lost with the machine only.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const string Topic = "crash";
    private const int Rounds = 6;
    private const int InFlight = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("ASYNC_FLUSH")]
    [InlineData("SYNC_FLUSH")]
    public async Task Every_acknowledged_message_survives_kill_9_at_random_points(string flush)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var directory = new TempDirectory();
        await using var nameServer = await StartNameServerAsync(directory);
        var nameServers = nameServer.EndPoint.ToString();
        var brokerPort = FreePorts.TakeForBroker();
        var config = WriteBrokerConfig(directory, brokerPort, nameServers, flush);
        var acknowledged = new ConcurrentDictionary<string, bool>();

        for (var round = 0; round < Rounds; round++)
        {
            await using var broker = await ServerProcess.StartAsync("Rocketeer.Broker", brokerPort, "-c", config);
            await ProduceUntilKilledAsync(broker, nameServers, acknowledged, $"{round}-", TimeSpan.FromMilliseconds(random.Next(300, 1500)));
        }

        await using var survivor = await ServerProcess.StartAsync("Rocketeer.Broker", brokerPort, "-c", config);
        var missing = await ConsumeAsync(nameServers, acknowledged.Keys.ToHashSet());
        Assert.True(acknowledged.Count > Rounds, $"only {acknowledged.Count} messages were acknowledged: {survivor.Output}");
        output.WriteLine($"{acknowledged.Count} acknowledged");
        Assert.True(missing.Count == 0, $"seed {seed}: {missing.Count} of {acknowledged.Count} are missing, such as {missing.FirstOrDefault()}");
    }

    private static async Task ProduceUntilKilledAsync(
        ServerProcess broker, string nameServers, ConcurrentDictionary<string, bool> acknowledged, string prefix, TimeSpan life)
    {
        await using var client = new RocketeerClient(new RocketeerClientOptions { NameServers = nameServers });
        await using var producer = client.CreateProducer(
            "crash-producer", options => { options.Retries = 0; options.SendTimeout = TimeSpan.FromSeconds(2); });
        using var dead = new CancellationTokenSource();
        var next = 0;
        var senders = Enumerable.Range(0, InFlight).Select(async _ =>
        {
            while (!dead.IsCancellationRequested)
            {
                var id = prefix + Interlocked.Increment(ref next).ToString(CultureInfo.InvariantCulture);
                try
                {
                    var result = await producer.SendAsync(new Message(Topic, Encoding.ASCII.GetBytes(id)), dead.Token);
                    if (result.Status == SendStatus.Stored)
                    {
                        acknowledged[id] = true;
                    }
                }
                catch (Exception e) when (e is RocketeerException or OperationCanceledException or IOException)
                {
                    // not acknowledged: it may be there or not
                }
            }
        }).ToArray();

        await Task.Delay(life, TimeProvider.System, CancellationToken.None);
        await broker.KillAsync();
        await dead.CancelAsync();
        await Task.WhenAll(senders);
    }

    private static async Task<HashSet<string>> ConsumeAsync(string nameServers, HashSet<string> expected)
    {
        await using var client = new RocketeerClient(new RocketeerClientOptions { NameServers = nameServers });
        await using var consumer = client.CreatePushConsumer("crash-reader", new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset });
        var missing = new ConcurrentDictionary<string, bool>(expected.Select(id => KeyValuePair.Create(id, true)));
        var complete = new TaskCompletionSource();
        consumer.Subscribe(Topic);
        await consumer.StartAsync((message, _) =>
        {
            missing.TryRemove(Encoding.ASCII.GetString(message.Body.Span), out var _);
            if (missing.IsEmpty)
            {
                complete.TrySetResult();
            }

            return ValueTask.FromResult(ConsumeResult.Success);
        });
        await Task.WhenAny(complete.Task, Task.Delay(Patience, TimeProvider.System, CancellationToken.None));
        return [.. missing.Keys];
    }

    private static async Task<ServerProcess> StartNameServerAsync(TempDirectory directory)
    {
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
        return await ServerProcess.StartAsync("Rocketeer.NameServer", port, "-c", config);
    }

    private static string WriteBrokerConfig(TempDirectory directory, int port, string nameServers, string flush)
    {
        var config = directory["broker.conf"];
        File.WriteAllLines(
            config,
            [
                "brokerName=broker-a",
                "brokerIP1=127.0.0.1",
                "brokerIP2=127.0.0.1",
                "bindAddress=127.0.0.1",
                $"listenPort={port}",
                $"namesrvAddr={nameServers}",
                $"storePathRootDir={directory["store"]}",
                "mapedFileSizeCommitLog=4194304",
                "mapedFileSizeConsumeQueue=20000",
                "maxHashSlotNum=4000",
                "maxIndexNum=16000",
                $"flushDiskType={flush}",
            ]);
        return config;
    }
}
