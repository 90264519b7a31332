using System.Text;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Tests.Sending;
using Rocketeer.Broker.Transactions;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Transactions;

public sealed class EndTransactionTests
{
    private const int Unknown = MessageSysFlags.TransactionNot;
    private const int Commit = MessageSysFlags.TransactionCommit;
    private const int Rollback = MessageSysFlags.TransactionRollback;

    [Fact]
    public async Task A_half_message_waits_where_no_consumer_looks()
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await TestProducer.BeginAsync(broker);

        var half = Assert.Single(await TestProducer.HalvesAsync(broker, 1));
        Assert.Equal((2, 0L, half.OffsetMessageId.ToString()), (answer.QueueId, answer.QueueOffset, answer.MessageId));
        Assert.Equal((Sends.Topic, "2", "true"), (half.Property("REAL_TOPIC"), half.Property("REAL_QID"), half.Property("TRAN_MSG")));
        Assert.Equal((0, 7, 1_700_000_000_000L, "body"), (half.SysFlag, half.Flag, half.BornTimestamp, half.Text()));
        Assert.Equal(0, broker.Context.Store.MaxOffset(Sends.Topic, 2));
    }

    [Fact]
    public async Task A_commit_delivers_the_message_and_notes_that_it_is_done()
    {
        await using var broker = await TestBroker.StartAsync();
        var begun = await TestProducer.BeginAsync(broker);

        var answer = await broker.AskAsync(RequestCode.EndTransaction, TestProducer.End(begun, Commit));

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        var half = Assert.Single(await TestProducer.HalvesAsync(broker, 1));
        var message = Assert.Single(await broker.StoredAsync(Sends.Topic, 2, 1));
        Assert.Equal((Commit, half.CommitLogOffset, 7, "body"), (message.SysFlag, message.PreparedTransactionOffset, message.Flag, message.Text()));
        Assert.Equal((half.BornTimestamp, half.BornHost, half.StoreHost), (message.BornTimestamp, message.BornHost, message.StoreHost));
        Assert.Equal(half.Properties, message.Properties);
        Assert.Equal(["0"], await TestProducer.OperationsAsync(broker, 1));
    }

    [Theory]
    [InlineData(Rollback, 1)]
    [InlineData(Unknown, 0)]
    public async Task Nothing_is_delivered_of_a_transaction_that_is_not_committed(int outcome, int operations)
    {
        await using var broker = await TestBroker.StartAsync();
        var begun = await TestProducer.BeginAsync(broker);

        var answer = await broker.AskAsync(RequestCode.EndTransaction, TestProducer.End(begun, outcome));

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        Assert.Equal(operations, (await TestProducer.OperationsAsync(broker, operations)).Count);
        Assert.Equal(0, broker.Context.Store.MaxOffset(Sends.Topic, 2));
    }

    [Fact]
    public async Task A_one_way_commit_is_served()
    {
        await using var broker = await TestBroker.StartAsync();
        var begun = await TestProducer.BeginAsync(broker);

        await broker.NewClient().SendOneWayAsync(
            broker.Address,
            RemotingCommand.Request(RequestCode.EndTransaction, TestProducer.End(begun, Commit)),
            TestBroker.Patience,
            TestContext.Current.CancellationToken);

        Assert.Single(await broker.StoredAsync(Sends.Topic, 2, 1));
        Assert.Equal(["0"], await TestProducer.OperationsAsync(broker, 1));
    }

    [Fact]
    public async Task With_synchronous_flush_a_message_is_on_the_disk_before_its_half_message_is_done()
    {
        await using var broker = await TestBroker.StartAsync(options => options.Store.FlushDiskType = FlushDiskType.SyncFlush);
        var begun = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => TestProducer.BeginAsync(broker)));

        await Task.WhenAll(begun.Select(async half =>
        {
            var answer = await broker.AskAsync(RequestCode.EndTransaction, TestProducer.End(half, Commit));
            Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        }));

        var messages = await broker.StoredAsync(Sends.Topic, 2, 50);
        Assert.True(broker.Context.Store.CommitLogFlushedOffset > messages.Max(message => message.CommitLogOffset));
        var done = await broker.StoredAsync(TopicNames.TransactionOperation, 0, 50);
        var byHalf = messages.ToDictionary(message => message.PreparedTransactionOffset);
        foreach (var half in await TestProducer.HalvesAsync(broker, 50))
        {
            var operation = Assert.Single(done, operation => operation.Text() == half.QueueOffset.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.True(operation.CommitLogOffset > byHalf[half.CommitLogOffset].CommitLogOffset);
        }
    }

    [Theory]
    [InlineData("PID_Other", 0, 0, "The producer group wrong")]
    [InlineData("", 0, 0, "The producer group wrong")]
    [InlineData(TestProducer.Group, 1, 0, "The transaction state table offset wrong")]
    [InlineData(TestProducer.Group, long.MaxValue, 0, "The transaction state table offset wrong")]
    [InlineData(TestProducer.Group, 0, 1, "Find prepared transaction message failed")]
    [InlineData(TestProducer.Group, 0, -1_000_000, "Find prepared transaction message failed")]
    [InlineData(TestProducer.Group, 0, long.MaxValue - 10_000_000, "Find prepared transaction message failed")]
    [InlineData(TestProducer.Group, 0, long.MinValue, "Find prepared transaction message failed")]
    public async Task An_end_that_does_not_fit_the_half_message_is_refused(string group, long tableOffset, long moved, string remark)
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendOkAsync(Sends.Header());
        var end = TestProducer.End(await TestProducer.BeginAsync(broker), Commit);

        foreach (var outcome in new[] { Commit, Rollback })
        {
            await RefusedAsync(
                broker,
                end with
                {
                    ProducerGroup = group, TranStateTableOffset = tableOffset, CommitLogOffset = end.CommitLogOffset + moved, CommitOrRollback = outcome,
                },
                remark);
        }
    }

    [Fact]
    public async Task A_message_that_is_no_half_message_cannot_be_committed_a_second_time()
    {
        await using var broker = await TestBroker.StartAsync();
        var begun = await TestProducer.BeginAsync(broker);
        await broker.AskAsync(RequestCode.EndTransaction, TestProducer.End(begun, Commit));
        var message = Assert.Single(await broker.StoredAsync(Sends.Topic, 2, 1));
        await TestProducer.OperationsAsync(broker, 1);

        foreach (var outcome in new[] { Commit, Rollback })
        {
            await RefusedAsync(
                broker,
                TestProducer.End(begun, outcome) with { CommitLogOffset = message.CommitLogOffset },
                "Find prepared transaction message failed");
        }
    }

    [Theory]
    [InlineData("", "The producer group wrong")]
    [InlineData("PGROUP\u0001PID_Test\u0002", "The half message does not say which topic and queue it belongs to")]
    [InlineData("PGROUP\u0001PID_Test\u0002REAL_TOPIC\u0001TestTopic\u0002REAL_QID\u0001-1\u0002", "The half message does not say which topic and queue it belongs to")]
    [InlineData("PGROUP\u0001PID_Test\u0002REAL_TOPIC\u0001TestTopic\u0002REAL_QID\u000199999999999\u0002", "The half message does not say which topic and queue it belongs to")]
    [InlineData("PGROUP\u0001PID_Test\u0002REAL_TOPIC\u0001RMQ_SYS_TRANS_HALF_TOPIC\u0002REAL_QID\u00010\u0002", "The half message does not say which topic and queue it belongs to")]
    public async Task What_somebody_else_put_into_the_half_topic_is_not_delivered(string properties, string remark)
    {
        await using var broker = await TestBroker.StartAsync();
        var put = broker.Put(TopicNames.TransactionHalf, 0, "forged", properties);

        await RefusedAsync(
            broker,
            new EndTransactionRequestHeader
            {
                ProducerGroup = TestProducer.Group, TranStateTableOffset = 0, CommitLogOffset = put.CommitOffset, CommitOrRollback = Commit,
            },
            remark);
    }

    [Fact]
    public async Task An_outcome_that_does_not_exist_is_refused()
    {
        await using var broker = await TestBroker.StartAsync();
        var begun = await TestProducer.BeginAsync(broker);

        await RefusedAsync(broker, TestProducer.End(begun, 4), "commitOrRollback is 4; it must be 0 (unknown), 8 (commit) or 12 (rollback).");
    }

    [Fact]
    public async Task A_slave_ends_no_transactions()
    {
        await using var broker = await TestBroker.StartAsync();
        var begun = await TestProducer.BeginAsync(broker);
        broker.Context.Role.Change(isMaster: false, epoch: 1, mayWrite: false);

        var answer = await broker.AskAsync(RequestCode.EndTransaction, TestProducer.End(begun, Commit));

        Assert.Equal(ResponseCode.SlaveNotAvailable, answer.ResponseCode);
    }

    [Theory]
    [InlineData(Commit)]
    [InlineData(Rollback)]
    public async Task A_broker_that_takes_no_messages_says_so(int outcome)
    {
        await using var broker = await TestBroker.StartAsync();
        var begun = await TestProducer.BeginAsync(broker);
        broker.Context.Role.Change(isMaster: true, epoch: 1, mayWrite: false);

        var answer = await broker.AskAsync(RequestCode.EndTransaction, TestProducer.End(begun, outcome));

        Assert.Equal(ResponseCode.ServiceNotAvailable, answer.ResponseCode);
    }

    [Fact]
    public async Task A_delay_of_a_transactional_message_is_left_out()
    {
        await using var broker = await TestBroker.StartAsync();
        var begun = await TestProducer.BeginAsync(broker, properties: [("DELAY", "3"), ("REAL_TOPIC", "Forged"), ("REAL_QID", "77")]);

        await broker.AskAsync(RequestCode.EndTransaction, TestProducer.End(begun, Commit));

        var message = Assert.Single(await broker.StoredAsync(Sends.Topic, 2, 1));
        Assert.Equal((null, Sends.Topic, "2"), (message.Property("DELAY"), message.Property("REAL_TOPIC"), message.Property("REAL_QID")));
    }

    [Theory]
    [InlineData(0, "%RETRY%GID_Test")]
    [InlineData(16, "%DLQ%GID_Test")]
    public async Task A_message_of_an_ended_transaction_that_is_sent_to_be_retried_begins_no_other(int reconsumed, string topic)
    {
        await using var broker = await TestBroker.StartAsync();

        await broker.SendOkAsync(Sends.Header("%RETRY%GID_Test", properties: Sends.Properties(("TRAN_MSG", "true"), ("PGROUP", "P"))) with
        {
            SysFlag = MessageSysFlags.TransactionPrepared, ReconsumeTimes = reconsumed, MaxReconsumeTimes = 16,
        });

        Assert.Equal("body", Assert.Single(await broker.StoredAsync(topic, 0, 1)).Text());
        Assert.Equal(0, broker.Context.Store.MaxOffset(TopicNames.TransactionHalf, 0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("A\u0001b")]
    [InlineData("A\u0001b\u0002")]
    [InlineData("\u0002\u0002A\u0001b\u0002DELAY\u00013\u0002")]
    [InlineData("REAL_TOPIC\u0001x\u0002A\u0001b\u0002REAL_QID\u00019")]
    public void Properties_of_a_half_message_are_those_of_the_message_and_its_address(string sent)
    {
        var bytes = Encoding.UTF8.GetBytes(sent);
        var buffer = new byte[HalfMessage.MaxPropertiesLength(bytes, "T")];

        var length = HalfMessage.WriteProperties(buffer, bytes, "T", 3);

        Assert.EndsWith(sent.Contains('A', StringComparison.Ordinal) && sent.Contains('b', StringComparison.Ordinal)
            ? "A\u0001b\u0002REAL_TOPIC\u0001T\u0002REAL_QID\u00013\u0002"
            : "REAL_TOPIC\u0001T\u0002REAL_QID\u00013\u0002", Encoding.UTF8.GetString(buffer, 0, length), StringComparison.Ordinal);
        Assert.DoesNotContain("DELAY", Encoding.UTF8.GetString(buffer, 0, length), StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(TestBroker broker, EndTransactionRequestHeader end, string remark)
    {
        var before = broker.Context.Store.CommitLogMaxOffset;
        var answer = await broker.AskAsync(RequestCode.EndTransaction, end);
        Assert.Equal((ResponseCode.SystemError, remark), (answer.ResponseCode, answer.Remark));
        Assert.Equal(before, broker.Context.Store.CommitLogMaxOffset);
    }
}
