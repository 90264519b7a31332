using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Tests.Sending;
using Rocketeer.Broker.Transactions;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Transactions;

public sealed class TransactionCheckTests
{
    private const int Commit = MessageSysFlags.TransactionCommit;
    private const int Rollback = MessageSysFlags.TransactionRollback;
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(7);

    private readonly FakeTimeProvider _clock = TestProducer.Clock();

    [Fact]
    public async Task A_young_half_message_is_left_alone_and_an_old_one_is_asked_about()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock);
        var producer = await TestProducer.JoinAsync(broker);
        await TestProducer.BeginAsync(broker);
        var half = Assert.Single(await TestProducer.HalvesAsync(broker, 1));

        _clock.Advance(TimeSpan.FromSeconds(5));
        await TestProducer.CheckAsync(broker);
        Assert.Equal(0, producer.Waiting);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await TestProducer.CheckAsync(broker);

        var question = await producer.QuestionAsync();
        var copy = (await TestProducer.HalvesAsync(broker, 2))[1];
        var header = question.ReadHeader<CheckTransactionStateRequestHeader>();
        Assert.Equal((1L, copy.CommitLogOffset, copy.OffsetMessageId.ToString()), (header.TranStateTableOffset, header.CommitLogOffset, header.OffsetMsgId));
        Assert.Equal(("U1", "U1", true), (header.MsgId, header.TransactionId, question.IsOneWay));
        Assert.Equal(("1", 7, half.BornTimestamp), (copy.Property("TRANSACTION_CHECK_TIMES"), copy.Flag, copy.BornTimestamp));
        var asked = Sends.Decode(question.Body);
        Assert.Equal((Sends.Topic, 2, 7, "body", "TagA"), (asked.Topic, asked.QueueId, asked.Flag, asked.Text(), asked.Tags));
        Assert.Equal((1L, copy.CommitLogOffset, half.StoreTimestamp), (asked.QueueOffset, asked.CommitLogOffset, asked.StoreTimestamp));
        Assert.Equal((1L, 0L), TestProducer.Progress(broker));
    }

    [Fact]
    public async Task The_answer_ends_the_transaction_and_nobody_is_asked_again()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock);
        var producer = await TestProducer.JoinAsync(broker);
        await TestProducer.BeginAsync(broker);
        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);

        await TestProducer.EndAsync(broker, TestProducer.Answer(await producer.QuestionHeaderAsync(), Commit), 1);
        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);
        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);

        var message = Assert.Single(await broker.StoredAsync(Sends.Topic, 2, 1));
        Assert.Equal("1", message.Property("TRANSACTION_CHECK_TIMES"));
        Assert.Equal(["1"], await TestProducer.OperationsAsync(broker, 1));
        Assert.Equal((0, 2), (producer.Waiting, (await TestProducer.HalvesAsync(broker, 2)).Count));
        Assert.Equal((2L, 1L), TestProducer.Progress(broker));
    }

    [Fact]
    public async Task After_the_last_check_a_transaction_is_given_up()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock, options => options.Transactions.TransactionCheckMax = 3);
        var producer = await TestProducer.JoinAsync(broker);
        await TestProducer.BeginAsync(broker);

        for (var i = 0; i < 6; i++)
        {
            _clock.Advance(TimeOut);
            await TestProducer.CheckAsync(broker);
        }

        var halves = await TestProducer.HalvesAsync(broker, 4);
        Assert.Equal([null, "1", "2", "3"], halves.Select(half => half.Property("TRANSACTION_CHECK_TIMES")));
        Assert.Equal((1, 2, 3), (await AskedAsync(producer), await AskedAsync(producer), await AskedAsync(producer)));
        Assert.Equal((0, (4L, 0L)), (producer.Waiting, TestProducer.Progress(broker)));
        Assert.Equal(0, broker.Context.Store.MaxOffset(Sends.Topic, 2));
    }

    [Fact]
    public async Task Without_a_producer_online_the_message_is_kept_and_who_joins_later_is_asked()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock);
        await TestProducer.JoinAsync(broker, "PID_Other");
        await TestProducer.BeginAsync(broker);
        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);

        var late = await TestProducer.JoinAsync(broker);
        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);

        Assert.Equal(2, (await late.QuestionHeaderAsync()).TranStateTableOffset);
    }

    [Fact]
    public async Task Producers_of_a_group_are_asked_in_turn()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock);
        var first = await TestProducer.JoinAsync(broker);
        var second = await TestProducer.JoinAsync(broker);
        for (var i = 0; i < 4; i++)
        {
            await TestProducer.BeginAsync(broker);
        }

        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);

        Assert.Equal((4L, 6L), ((await first.QuestionHeaderAsync()).TranStateTableOffset, (await first.QuestionHeaderAsync()).TranStateTableOffset));
        Assert.Equal((5L, 7L), ((await second.QuestionHeaderAsync()).TranStateTableOffset, (await second.QuestionHeaderAsync()).TranStateTableOffset));
    }

    [Fact]
    public async Task Ended_transactions_are_passed_over_whatever_lies_between()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock);
        var producer = await TestProducer.JoinAsync(broker);
        var begun = new List<SendMessageResponseHeader>();
        for (var i = 0; i < 100; i++)
        {
            begun.Add(await TestProducer.BeginAsync(broker));
        }

        begun.RemoveAt(50);
        for (var i = 1; i < 100; i++)
        {
            await TestProducer.EndAsync(broker, TestProducer.End(begun[^i], i % 2 == 0 ? Commit : Rollback), i);
        }

        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);

        Assert.Equal(100, (await producer.QuestionHeaderAsync()).TranStateTableOffset);
        Assert.Equal((0, (100L, 99L)), (producer.Waiting, TestProducer.Progress(broker)));
    }

    [Fact]
    public async Task A_message_with_a_longer_immunity_is_asked_about_when_that_is_over()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock, options => options.Transactions.TransactionCheckMax = 1);
        var producer = await TestProducer.JoinAsync(broker);
        await TestProducer.BeginAsync(broker, properties: [("CHECK_IMMUNITY_TIME_IN_SECONDS", "20")]);

        foreach (var expected in new[] { 0, 0, 1 })
        {
            _clock.Advance(TimeOut);
            await TestProducer.CheckAsync(broker);
            if (expected == 0)
            {
                Assert.Equal(0, producer.Waiting);
            }
        }

        var question = await producer.QuestionAsync();
        Assert.Equal(("0", "1"), (
            Sends.Decode(question.Body).Property("TRAN_PREPARED_QUEUE_OFFSET"), Sends.Decode(question.Body).Property("TRANSACTION_CHECK_TIMES")));
    }

    [Fact]
    public async Task A_message_that_ends_during_its_immunity_is_not_asked_about()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock);
        var producer = await TestProducer.JoinAsync(broker);
        var begun = await TestProducer.BeginAsync(broker, properties: [("CHECK_IMMUNITY_TIME_IN_SECONDS", "20")]);
        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker); // leaves a copy
        _clock.Advance(TimeSpan.FromSeconds(1));
        await TestProducer.EndAsync(broker, TestProducer.End(begun, Commit), 1);

        for (var i = 0; i < 4; i++)
        {
            _clock.Advance(TimeOut);
            await TestProducer.CheckAsync(broker);
        }

        Assert.Equal((0, 2), (producer.Waiting, (await TestProducer.HalvesAsync(broker, 2)).Count));
        Assert.Equal((2L, 1L), TestProducer.Progress(broker));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PGROUP\u0001PID_Test\u0002REAL_TOPIC\u0001T\u0002REAL_QID\u0001x\u0002")]
    [InlineData("REAL_TOPIC\u0001T\u0002REAL_QID\u00010\u0002")]
    public async Task What_somebody_else_put_into_the_half_topic_is_passed_over(string properties)
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock);
        var producer = await TestProducer.JoinAsync(broker);
        broker.Put(TopicNames.TransactionHalf, 0, "forged", properties);
        broker.Put(TopicNames.TransactionOperation, 0, "no number", "TAGS\u0001d\u0002");
        broker.Put(TopicNames.TransactionOperation, 0, "1", "TAGS\u0001x\u0002");
        await TestProducer.OperationsAsync(broker, 2);
        await TestProducer.BeginAsync(broker);

        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);

        Assert.Equal(2, (await producer.QuestionHeaderAsync()).TranStateTableOffset);
        Assert.Equal((2L, 2L), TestProducer.Progress(broker));
    }

    [Fact]
    public async Task A_message_older_than_the_log_is_kept_is_given_up()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock, options => options.Store.FileReservedTime = 1);
        var producer = await TestProducer.JoinAsync(broker);
        await TestProducer.BeginAsync(broker, bornAt: 1_700_000_000_000 - 3_600_001);

        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);

        Assert.Equal((0, (1L, 0L)), (producer.Waiting, TestProducer.Progress(broker)));
    }

    [Fact]
    public async Task A_message_from_a_clock_that_is_ahead_is_asked_about()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock);
        var producer = await TestProducer.JoinAsync(broker);
        await TestProducer.BeginAsync(broker, bornAt: 1_800_000_000_000);

        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);

        Assert.Equal(1, (await producer.QuestionHeaderAsync()).TranStateTableOffset);
    }

    [Theory]
    [InlineData(Commit, 1)]
    [InlineData(Rollback, 0)]
    public async Task A_transaction_survives_a_restart_between_every_two_steps(int outcome, int delivered)
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock);
        await TestProducer.BeginAsync(broker);
        await broker.RestartAsync();
        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker); // nobody is there
        await broker.RestartAsync();
        var producer = await TestProducer.JoinAsync(broker);
        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);
        var question = await producer.QuestionHeaderAsync();
        await broker.RestartAsync();
        producer = await TestProducer.JoinAsync(broker);

        await TestProducer.EndAsync(broker, TestProducer.Answer(question, outcome), 1);
        await broker.RestartAsync();
        producer = await TestProducer.JoinAsync(broker);
        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);

        Assert.Equal(delivered, (await broker.StoredAsync(Sends.Topic, 2, delivered)).Count);
        Assert.Equal((0, (3L, 1L)), (producer.Waiting, TestProducer.Progress(broker)));
    }

    [Fact]
    public async Task A_crash_between_a_commit_and_its_note_delivers_twice_rather_than_never()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock);
        await TestProducer.BeginAsync(broker);
        var half = Assert.Single(await TestProducer.HalvesAsync(broker, 1));
        PutCommitted(broker, half.CommitLogOffset);
        await broker.RestartAsync();
        var producer = await TestProducer.JoinAsync(broker);

        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);
        await TestProducer.EndAsync(broker, TestProducer.Answer(await producer.QuestionHeaderAsync(), Commit), 1);

        Assert.Equal(["body", "body"], (await broker.StoredAsync(Sends.Topic, 2, 2)).Select(message => message.Text()));
    }

    [Fact]
    public async Task Only_a_master_checks_and_the_next_one_goes_on_from_the_log_and_the_offsets()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock);
        var producer = await TestProducer.JoinAsync(broker);
        await TestProducer.BeginAsync(broker);
        broker.Context.Role.Change(isMaster: false, epoch: 1, mayWrite: false);
        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);
        Assert.Equal((0, -1L), (producer.Waiting, TestProducer.Progress(broker).Half));

        broker.Context.Role.Change(isMaster: true, epoch: 2, mayWrite: true);
        await TestProducer.CheckAsync(broker);
        Assert.Equal(1, (await producer.QuestionHeaderAsync()).TranStateTableOffset);
        broker.Context.Role.Change(isMaster: false, epoch: 3, mayWrite: false);
        broker.Context.Offsets.TryCommit(HalfMessage.CheckGroup, TopicNames.TransactionHalf, 0, 0); // from a master that had not come so far
        broker.Context.Role.Change(isMaster: true, epoch: 4, mayWrite: true);
        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);

        Assert.Equal(2, (await producer.QuestionHeaderAsync()).TranStateTableOffset);
        Assert.Equal(3, (await producer.QuestionHeaderAsync()).TranStateTableOffset);
        Assert.Equal(2, TestProducer.Progress(broker).Half);
    }

    [Fact]
    public async Task Progress_ahead_of_the_log_goes_back_to_its_end()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock);
        var producer = await TestProducer.JoinAsync(broker);
        broker.Context.Offsets.TryCommit(HalfMessage.CheckGroup, TopicNames.TransactionHalf, 0, 1_000_000);
        broker.Context.Offsets.TryCommit(HalfMessage.CheckGroup, TopicNames.TransactionOperation, 0, long.MaxValue);
        await TestProducer.CheckAsync(broker);

        await TestProducer.BeginAsync(broker);
        _clock.Advance(TimeOut);
        await TestProducer.CheckAsync(broker);

        Assert.Equal(1, (await producer.QuestionHeaderAsync()).TranStateTableOffset);
    }

    [Fact]
    public async Task Progress_is_not_kept_before_the_copies_are_on_the_disk_or_the_broker_stops()
    {
        await using var broker = await TestProducer.StartBrokerAsync(
            _clock, options => options.Store.FlushDiskType = Broker.Configuration.FlushDiskType.AsyncFlush);
        var producer = await TestProducer.JoinAsync(broker);
        await TestProducer.BeginAsync(broker);
        await TestProducer.HalvesAsync(broker, 1);
        _clock.Advance(TimeOut);

        await TestProducer.CheckAsync(broker);
        await producer.QuestionAsync();
        Assert.Equal(-1, TestProducer.Progress(broker).Half); // time stands still, and with it the flush
        await broker.RestartAsync();

        Assert.Equal(1, TestProducer.Progress(broker).Half);
    }

    [Fact]
    public async Task Progress_is_kept_between_two_runs_as_soon_as_the_copies_are_on_the_disk()
    {
        await using var broker = await TestProducer.StartBrokerAsync(
            _clock,
            options =>
            {
                options.Store.FlushDiskType = Broker.Configuration.FlushDiskType.AsyncFlush;
                options.Transactions.TransactionCheckInterval = 60_000;
            });
        var producer = await TestProducer.JoinAsync(broker);
        await TestProducer.BeginAsync(broker);
        await TestProducer.HalvesAsync(broker, 1);
        _clock.Advance(TimeSpan.FromSeconds(60));
        await producer.QuestionAsync();

        await TestBroker.EventuallyAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(10));
                return TestProducer.Progress(broker).Half == 1;
            },
            "the copy is on the disk and the progress kept");

        Assert.Equal(0, producer.Waiting); // long before the next run
    }

    [Fact]
    public async Task The_check_runs_every_interval()
    {
        await using var broker = await TestProducer.StartBrokerAsync(_clock, options => options.Transactions.TransactionCheckInterval = 60_000);
        var producer = await TestProducer.JoinAsync(broker);
        await TestProducer.BeginAsync(broker);
        await TestProducer.HalvesAsync(broker, 1);

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(broker.Context.Topics.Find(TopicNames.TransactionHalf));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, (await producer.QuestionHeaderAsync()).TranStateTableOffset);
        var topic = broker.Context.Topics.Find(TopicNames.TransactionHalf)!;
        Assert.Equal((1, 1, Permissions.ReadWrite), (topic.ReadQueueNums, topic.WriteQueueNums, topic.Perm));
    }

    private static async Task<int> AskedAsync(TestProducer producer) => int.Parse(
        Sends.Decode((await producer.QuestionAsync()).Body).Property("TRANSACTION_CHECK_TIMES")!, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What a commit stores before it notes that the half message is done with.</summary>
    private static void PutCommitted(TestBroker broker, long halfOffset)
    {
        Assert.True(MessageRecordView.TryParse(broker.Context.Store.ReadRecord(halfOffset)!, out var half));
        Assert.True(HalfMessage.TryAddress(half, out _, out var queueId));
        Assert.True(broker.Context.Store.Put(HalfMessage.Committed(half, Sends.Topic, queueId)).IsStored);
    }
}
