using System.Collections.Concurrent;
using System.Text;
using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Producing.Transactions;
using Rocketeer.Cluster.Tests.Processes;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

/// <summary>What clients and messages live through when a master is lost, for a while or for good. Real processes, kill -9.</summary>
public sealed class FailoverTests
{
    private const string Topic = "failover";

    [Fact]
    public async Task The_slave_takes_over_with_everything_acknowledged_and_the_old_master_comes_back_as_its_slave()
    {
        await using var pair = await BrokerPair.StartAsync(new BrokerPair.Settings("SYNC_MASTER"));
        await pair.StartBrokersAsync();
        await pair.CreateTopicAsync(Topic, 4);
        await KnowsTopicAsync(pair);
        await using var load = new SteadyLoad(pair.NewClient(), Topic, inFlight: 64);
        await load.GoesOnAsync(500);

        await pair.A.KillAsync();
        var promised = load.Acknowledged.Max(message => message.CommitOffset);
        var promoted = await PromoteAsync(pair, epoch: 1, expectedMinOffset: promised + 1);
        Assert.Equal(("SYNC_MASTER", 0L, 1L, true), (promoted.Role, promoted.BrokerId, promoted.Epoch, promoted.Writable));

        await pair.A.StartAsync(); // still believes that it is master, until the name server refuses it
        await Eventually.HoldsAsync(
            async () => await pair.TryStatusAsync(pair.A) is { Writable: false, Problem: not null }, () => $"two masters: {pair.A.Output}");
        await DemoteAsync(pair, epoch: 1);
        await load.GoesOnAsync();
        await load.StopAsync();
        await pair.ConvergeAsync(pair.B, pair.A);

        var read = await QueueReader.ReadAllAsync(pair, Topic);
        Assert.All(load.Acknowledged, message => Assert.Equal(message.Id, read.GetValueOrDefault((message.QueueId, message.QueueOffset))));
        await AssertSameLogsAsync(pair);
    }

    [Fact]
    public async Task A_master_that_stored_what_no_slave_has_gives_it_up_keeps_it_aside_and_converges()
    {
        await using var pair = await BrokerPair.StartAsync(new BrokerPair.Settings("ASYNC_MASTER"));
        await pair.StartBrokersAsync();
        await pair.CreateTopicAsync(Topic, 1);
        await KnowsTopicAsync(pair);
        await SendAsync(pair, "shared-1", "shared-2");
        await pair.ConvergeAsync(pair.A, pair.B);
        await pair.B.KillAsync();
        await SendAsync(pair, "lost-1", "lost-2", "lost-3");
        await pair.A.KillAsync();

        await pair.B.StartAsync();
        await PromoteAsync(pair, epoch: 1);
        await SendAsync(pair, "new-1");
        await pair.A.StartAsync();
        await DemoteAsync(pair, epoch: 2);
        await SendAsync(pair, "new-2");
        await pair.ConvergeAsync(pair.B, pair.A);

        Assert.Equal(["shared-1", "shared-2", "new-1", "new-2"], await BodiesAsync(pair));
        await AssertSameLogsAsync(pair);
        var aside = Directory.EnumerateFiles(pair.A.Store, "*", SearchOption.AllDirectories)
            .Where(path => path.Contains("diverged", StringComparison.OrdinalIgnoreCase)).Select(File.ReadAllBytes).ToList();
        Assert.Contains(aside, bytes => bytes.AsSpan().IndexOf("lost-3"u8) >= 0);
    }

    [Fact]
    public async Task Delayed_messages_and_their_progress_survive_a_change_of_master()
    {
        await using var pair = await BrokerPair.StartAsync(new BrokerPair.Settings("SYNC_MASTER"));
        await pair.StartBrokersAsync();
        await pair.CreateTopicAsync(Topic, 1);
        await KnowsTopicAsync(pair);
        await SendDelayedAsync(pair, level: 1, "early"); // 1 s
        await Eventually.HoldsAsync(async () => (await BodiesAsync(pair)).Contains("early"), () => "the first one is not delivered");
        await Eventually.HoldsAsync(
            () => File.Exists(DelayOffsets(pair.B)) && File.ReadAllText(DelayOffsets(pair.B)).Contains("\"1\":1", StringComparison.Ordinal),
            () => "the slave does not know the progress of delivery");
        await SendDelayedAsync(pair, level: 2, "late"); // 5 s
        await pair.ConvergeAsync(pair.A, pair.B);

        await pair.A.KillAsync();
        await PromoteAsync(pair, epoch: 1);

        await Eventually.HoldsAsync(async () => (await BodiesAsync(pair)).Contains("late"), () => $"the delayed one is lost: {pair.B.Output}");
        Assert.Equal(["early", "late"], await BodiesAsync(pair));
    }

    [Fact]
    public async Task Half_messages_are_asked_after_by_the_new_master_and_those_that_were_ended_are_not()
    {
        await using var pair = await BrokerPair.StartAsync(new BrokerPair.Settings("SYNC_MASTER"));
        await pair.StartBrokersAsync();
        await pair.CreateTopicAsync(Topic, 1);
        await KnowsTopicAsync(pair);
        await using var client = pair.NewClient();
        var transactions = new Transactions();
        await using var producer = client.CreateTransactionProducer("failover-transactions", transactions, options => options.Topics.Add(Topic));
        foreach (var text in (string[])["committed", "rolled back", "open"])
        {
            await producer.SendInTransactionAsync(
                new Message(Topic, Encoding.ASCII.GetBytes(text)), cancellationToken: TestContext.Current.CancellationToken);
        }

        await Eventually.HoldsAsync(async () => (await BodiesAsync(pair)).SequenceEqual(["committed"]), () => "the commit is not there");
        await pair.ConvergeAsync(pair.A, pair.B);
        await pair.A.KillAsync();
        await PromoteAsync(pair, epoch: 1);
        transactions.IsDecided = true;

        await Eventually.HoldsAsync(async () => (await BodiesAsync(pair)).Contains("open"), () => $"nobody asked after it: {pair.B.Output}");
        Assert.Equal(["committed", "open"], await BodiesAsync(pair));
        Assert.Equal(["open"], transactions.Asked.Distinct());
    }

    [Fact]
    public async Task A_consumer_goes_on_with_the_slave_while_the_master_is_dead_and_with_the_master_when_it_is_back()
    {
        await using var pair = await BrokerPair.StartAsync(new BrokerPair.Settings("SYNC_MASTER"));
        await pair.StartBrokersAsync();
        await pair.CreateTopicAsync(Topic, 2);
        await KnowsTopicAsync(pair);
        var inbox = new Inbox();
        await using var client = pair.NewClient();
        await using var consumer = client.CreatePushConsumer("readers", new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset });
        consumer.Subscribe(Topic);
        await SendAsync(pair, "1", "2", "3", "4");
        await pair.ConvergeAsync(pair.A, pair.B);
        await pair.A.KillAsync();

        await consumer.StartAsync(inbox.AcceptAsync);
        await inbox.HasAllAsync(["1", "2", "3", "4"]);
        await pair.A.StartAsync();
        await pair.ConvergeAsync(pair.A, pair.B);
        await SendAsync(pair, "5", "6");

        await inbox.HasExactlyAsync(["1", "2", "3", "4", "5", "6"]);
        await Eventually.HoldsAsync(
            async () => await client.Admin.GetLagAsync("readers", Topic) == 0, () => "the offsets do not reach the master");
    }

    [Fact]
    public async Task A_consumer_that_is_far_behind_is_sent_to_the_slave_and_goes_there()
    {
        await using var pair = await BrokerPair.StartAsync(
            new BrokerPair.Settings("SYNC_MASTER", More: ["slaveReadEnable=true", "accessMessageInMemoryMaxRatio=0"])); // nothing counts as recent
        await pair.StartBrokersAsync();
        await pair.CreateTopicAsync(Topic, 1);
        await KnowsTopicAsync(pair);
        await SendAsync(pair, [.. Enumerable.Range(0, 60).Select(number => $"{number}")]);
        await pair.ConvergeAsync(pair.A, pair.B);

        Assert.Equal(60, (await BodiesAsync(pair)).Count);

        var served = await pair.Client.Admin.GetBrokerRuntimeAsync(pair.B.Address, TestContext.Current.CancellationToken);
        Assert.NotEqual("0", served["msgGetTotalTodayNow"]);
    }

    [Fact]
    public async Task A_promoted_slave_knows_the_offsets_of_its_masters_consumers()
    {
        await using var pair = await BrokerPair.StartAsync(new BrokerPair.Settings("SYNC_MASTER"));
        await pair.StartBrokersAsync();
        await pair.CreateTopicAsync(Topic, 1);
        await KnowsTopicAsync(pair);
        await SendAsync(pair, "1", "2", "3");
        var queue = new MessageQueue(Topic, BrokerPair.BrokerName, 0);
        await using (var consumer = pair.Client.CreatePullConsumer("bookkeeper"))
        {
            await consumer.GetQueuesAsync(Topic, TestContext.Current.CancellationToken);
            await consumer.PullAsync(queue, 0, cancellationToken: TestContext.Current.CancellationToken);
            await consumer.CommitOffsetAsync(queue, 2, TestContext.Current.CancellationToken);
        }

        // Planned: the master steps down first, and the slave asks it for the offsets once more before it takes over.
        await pair.ChangeRoleAsync(pair.A, new ChangeRoleRequestHeader { Role = "SLAVE", BrokerId = 1, Epoch = 1, MasterHaAddress = pair.B.HaAddress });
        await PromoteAsync(pair, epoch: 2);

        await using var later = pair.NewClient();
        await using var reader = later.CreatePullConsumer("bookkeeper");
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    await reader.GetQueuesAsync(Topic);
                    return await reader.FetchOffsetAsync(queue) == 2;
                }
                catch (RocketeerException)
                {
                    return false;
                }
            },
            () => "the promoted slave does not know the offset");
        await SendAsync(pair, "4");
    }

    /// <summary>Leaves one transaction open until the master has changed.</summary>
    private sealed class Transactions : ITransactionHandler
    {
        public volatile bool IsDecided;

        public ConcurrentQueue<string> Asked { get; } = new();

        public ValueTask<TransactionOutcome> ExecuteAsync(Message message, string transactionId, object? argument, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Encoding.ASCII.GetString(message.Body.Span) switch
            {
                "committed" => TransactionOutcome.Commit,
                "rolled back" => TransactionOutcome.Rollback,
                _ => TransactionOutcome.Unknown,
            });

        public ValueTask<TransactionOutcome> CheckAsync(MessageExt message, CancellationToken cancellationToken)
        {
            Asked.Enqueue(Encoding.ASCII.GetString(message.Body.Span));
            return ValueTask.FromResult(IsDecided ? TransactionOutcome.Commit : TransactionOutcome.Unknown);
        }
    }

    private static string DelayOffsets(BrokerPair.Member member) => Path.Combine(member.Store, "config", "delayOffset.json");

    private static Task<Protocol.Bodies.BrokerRoleStatus> PromoteAsync(BrokerPair pair, long epoch, long? expectedMinOffset = null) => pair.ChangeRoleAsync(
        pair.B, new ChangeRoleRequestHeader { Role = "SYNC_MASTER", Epoch = epoch, ExpectedMinOffset = expectedMinOffset });

    private static Task<Protocol.Bodies.BrokerRoleStatus> DemoteAsync(BrokerPair pair, long epoch) => pair.ChangeRoleAsync(
        pair.A, new ChangeRoleRequestHeader { Role = "SLAVE", BrokerId = 1, Epoch = epoch, MasterHaAddress = pair.B.HaAddress });

    private static Task KnowsTopicAsync(BrokerPair pair) => Eventually.HoldsAsync(
        () => File.Exists(Path.Combine(pair.B.Store, "config", "topics.json"))
            && File.ReadAllText(Path.Combine(pair.B.Store, "config", "topics.json")).Contains($"\"{Topic}\"", StringComparison.Ordinal),
        () => $"the slave does not know the topic: {pair.B.Output}");

    private static Task SendDelayedAsync(BrokerPair pair, int level, string text) =>
        SendAsync(pair, new Message(Topic, Encoding.ASCII.GetBytes(text)) { DelayLevel = level });

    private static async Task SendAsync(BrokerPair pair, params string[] texts)
    {
        foreach (var text in texts)
        {
            await SendAsync(pair, new Message(Topic, Encoding.ASCII.GetBytes(text)));
        }
    }

    /// <summary>Sends until somebody has stored it; what was refused by a master that is gone or steps down is not stored.</summary>
    private static async Task SendAsync(BrokerPair pair, Message message)
    {
        await using var client = pair.NewClient();
        await using var producer = client.CreateProducer("failover-producer", options => options.Retries = 0);
        RocketeerException? problem = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    await producer.SendAsync(message);
                    return true;
                }
                catch (RocketeerException again)
                {
                    problem = again;
                    return false;
                }
            },
            () => $"{problem}");
    }

    private static async Task<List<string>> BodiesAsync(BrokerPair pair) =>
        [.. (await QueueReader.ReadAllAsync(pair, Topic)).OrderBy(pair => pair.Key).Select(pair => pair.Value)];

    private static async Task AssertSameLogsAsync(BrokerPair pair)
    {
        var end = (await pair.StatusAsync(pair.B)).MaxOffset;
        await pair.A.KillAsync();
        await pair.B.KillAsync();
        Assert.Equal(-1, pair.B.Log().DifferenceTo(pair.A.Log(), end));
    }
}
