using System.Diagnostics;
using System.Globalization;
using System.Text;
using Rocketeer.Cluster.Tests.Processes;
using Rocketeer.TestKit;

namespace Rocketeer.Cluster.Tests;

/// <summary>
/// kill -9 of the master or of the slave of a SYNC_MASTER pair, again and again at random points under 64 sends in flight. What was
/// acknowledged must be on both, at the same places. ROCKETEER_TEST_KILLS says how often (6 by default).
/// </summary>
public sealed class ReplicationCrashTests(ITestOutputHelper output)
{
    private const string Topic = "pair";
    private const int Queues = 4;
    private const int InFlight = 64;
    private const int DefaultKills = 6;

    [Fact]
    public async Task No_message_that_a_synchronous_pair_acknowledged_is_lost_when_either_is_killed_again_and_again()
    {
        var (seed, kills) = (TestSeed.Next(), Kills());
        var random = new Random(seed);
        var flush = random.Next(2) == 0 ? "ASYNC_FLUSH" : "SYNC_FLUSH";
        output.WriteLine($"seed {seed} (ROCKETEER_TEST_SEED), {kills} kills (ROCKETEER_TEST_KILLS), {flush}");
        var watch = Stopwatch.StartNew();
        await using var pair = await BrokerPair.StartAsync(new BrokerPair.Settings("SYNC_MASTER", flush));
        await pair.StartBrokersAsync();
        await pair.CreateTopicAsync(Topic, Queues);
        await using var load = new SteadyLoad(pair.NewClient(), Topic, InFlight);
        await load.GoesOnAsync();

        var killed = (Master: 0, Slave: 0);
        for (var round = 0; round < kills; round++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 500)), TimeProvider.System, TestContext.Current.CancellationToken);
            var (victim, isMaster) = random.Next(2) == 0 ? (pair.A, true) : (pair.B, false);
            await victim.KillAsync();
            killed = isMaster ? (killed.Master + 1, killed.Slave) : (killed.Master, killed.Slave + 1);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 200)), TimeProvider.System, TestContext.Current.CancellationToken);
            await victim.StartAsync();
            await load.GoesOnAsync(more: 1 + random.Next(200)); // both are back when something is acknowledged again
            if (round % 10 == 9)
            {
                TestContext.Current.SendDiagnosticMessage($"{round + 1} kills, {load.Acknowledged.Count} acknowledged");
            }
        }

        await load.StopAsync();
        await pair.ConvergeAsync(pair.A, pair.B);
        var end = (await pair.StatusAsync(pair.A)).MaxOffset;
        var acknowledged = load.Acknowledged.OrderBy(message => message.CommitOffset).ToList();
        output.WriteLine(
            $"{killed.Master} kills of the master, {killed.Slave} of the slave in {watch.Elapsed.TotalSeconds:0.0} s; {acknowledged.Count} acknowledged, "
            + $"{load.Unconfirmed} unconfirmed, {load.Failed} failed; log {end} bytes");

        await ReadThroughTheBrokersAsync(pair, acknowledged, seed);
        await pair.A.KillAsync();
        await pair.B.KillAsync();
        CompareLogs(pair, acknowledged, end, seed);
        output.WriteLine($"checked after {watch.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>First from the master, after one more restart; then, without it, from the slave.</summary>
    private static async Task ReadThroughTheBrokersAsync(BrokerPair pair, List<Acknowledged> acknowledged, int seed)
    {
        await pair.A.KillAsync();
        await pair.A.StartAsync();
        await pair.ConvergeAsync(pair.A, pair.B);
        AssertAllRead(await QueueReader.ReadAllAsync(pair, Topic), acknowledged, $"seed {seed}, master");
        await pair.A.KillAsync();
        AssertAllRead(await QueueReader.ReadAllAsync(pair, Topic), acknowledged, $"seed {seed}, slave");
        await pair.A.StartAsync();
    }

    private static void AssertAllRead(IReadOnlyDictionary<(int, long), string> read, List<Acknowledged> acknowledged, string where)
    {
        var missing = acknowledged.Where(message => read.GetValueOrDefault((message.QueueId, message.QueueOffset)) != message.Id).ToList();
        Assert.True(missing.Count == 0, $"{where}: {missing.Count} of {acknowledged.Count} are not where they were promised, such as {missing.FirstOrDefault()}");
    }

    private static void CompareLogs(BrokerPair pair, List<Acknowledged> acknowledged, long end, int seed)
    {
        foreach (var (name, log) in (ReadOnlySpan<(string, CommitLogFiles)>)[("master", pair.A.Log()), ("slave", pair.B.Log())])
        {
            foreach (var message in acknowledged)
            {
                var body = log.BodyAt(message.CommitOffset);
                Assert.True(body is not null && Encoding.ASCII.GetString(body) == message.Id, $"seed {seed}: {message} is not in the log of the {name}");
            }
        }

        var difference = pair.A.Log().DifferenceTo(pair.B.Log(), end);
        Assert.True(difference < 0, $"seed {seed}: the logs differ at {difference} of {end}");
    }

    private static int Kills() =>
        int.TryParse(Environment.GetEnvironmentVariable("ROCKETEER_TEST_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills)
            ? kills
            : DefaultKills;
}
