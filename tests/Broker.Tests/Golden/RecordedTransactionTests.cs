using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Tests.Hostile;
using Rocketeer.Broker.Tests.Sending;
using Rocketeer.Broker.Tests.Transactions;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Golden;

/// <summary>Transactions as the original wrote and ended them: its half messages, commits, notes and questions, field for field.</summary>
public sealed class RecordedTransactionTests
{
    private const long OpenBornAt = 1_795_366_538_676;

    [Fact]
    public async Task Half_messages_are_written_as_they_were()
    {
        await using var recorded = await TestBroker.StartAsync(golden: true);
        await using var broker = await TestBroker.StartAsync();
        var compared = 0;
        foreach (var half in (await QueueAsync(recorded, TopicNames.TransactionHalf)).Where(half => half.Property("TRANSACTION_CHECK_TIMES") is null))
        {
            var sent = half.Properties.Where(property => property.Key is not ("REAL_TOPIC" or "REAL_QID"));
            await broker.SendOkAsync(
                Sends.Header(half.Property("REAL_TOPIC")!, Number(half, "REAL_QID"), MessageProperties.Encode(sent)) with
                {
                    SysFlag = MessageSysFlags.TransactionPrepared, BornTimestamp = half.BornTimestamp, Flag = half.Flag,
                },
                half.Text());

            Same(half, (await TestProducer.HalvesAsync(broker, compared + 1))[compared]);
            compared++;
        }

        Assert.Equal(7, compared);
    }

    [Fact]
    public async Task Recorded_ends_commit_what_they_committed()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);
        var store = broker.Context.Store;
        var committed = 0;
        foreach (var recording in Recording.Load("json", "END_TRANSACTION"))
        {
            var end = recording.Request.ReadHeader<EndTransactionRequestHeader>();
            var half = Sends.Decode(store.ReadRecord(end.CommitLogOffset)!);
            var (topic, queueId) = (half.Property("REAL_TOPIC")!, Number(half, "REAL_QID"));
            var delivered = await QueueAsync(broker, topic, queueId);
            var notes = store.MaxOffset(TopicNames.TransactionOperation, 0);
            using var connection = await RawConnection.OpenAsync(broker);
            await connection.SendAsync(recording.Frame);
            if (end.CommitOrRollback == MessageSysFlags.TransactionNot)
            {
                continue;
            }

            var note = (await broker.StoredAsync(TopicNames.TransactionOperation, 0, (int)notes + 1))[(int)notes];
            Assert.Equal(end.TranStateTableOffset.ToString(System.Globalization.CultureInfo.InvariantCulture), note.Text());
            if (end.CommitOrRollback == MessageSysFlags.TransactionCommit)
            {
                var then = Assert.Single(delivered, message => message.PreparedTransactionOffset == end.CommitLogOffset);
                var now = (await QueueAsync(broker, topic, queueId))[^1];
                Assert.Equal(delivered.Count, now.QueueOffset);
                Same(then, now);
                Assert.Equal(then.StoreHost, now.StoreHost);
                committed++;
            }
        }

        Assert.True(committed >= 2, $"{committed} commits were recorded");
    }

    [Fact]
    public async Task Notes_are_written_as_they_were()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);
        var recorded = await QueueAsync(broker, TopicNames.TransactionOperation);
        var open = (await QueueAsync(broker, TopicNames.TransactionHalf))[^1];

        var answer = await broker.AskAsync(RequestCode.EndTransaction, new EndTransactionRequestHeader
        {
            ProducerGroup = "PID_TxOpen",
            TranStateTableOffset = open.QueueOffset,
            CommitLogOffset = open.CommitLogOffset,
            CommitOrRollback = MessageSysFlags.TransactionRollback,
        });

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        var note = (await broker.StoredAsync(TopicNames.TransactionOperation, 0, recorded.Count + 1))[^1];
        Assert.Equal("13", note.Text());
        Assert.All(recorded, then => Assert.Equal(
            (then.SysFlag, then.Flag, then.QueueId, then.ReconsumeTimes, then.PreparedTransactionOffset),
            (note.SysFlag, note.Flag, note.QueueId, note.ReconsumeTimes, note.PreparedTransactionOffset)));
        Assert.All(recorded, then => Assert.Equal(then.Properties, note.Properties));
        Assert.Equal((broker.Context.Identity.StoreHost, broker.Context.Identity.StoreHost), (note.BornHost, note.StoreHost));
    }

    [Fact]
    public async Task The_check_goes_on_where_the_original_stopped()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(OpenBornAt + 60_000));
        await using var broker = await TestBroker.StartAsync(
            options =>
            {
                options.Store.FlushDiskType = FlushDiskType.SyncFlush;
                options.Transactions.TransactionCheckInterval = 86_400_000;
            },
            clock,
            golden: true);
        var producer = await TestProducer.JoinAsync(broker, "PID_TxOpen");
        var before = await QueueAsync(broker, TopicNames.TransactionHalf);

        await TestProducer.CheckAsync(broker);

        var question = await producer.QuestionHeaderAsync();
        var copy = Assert.Single((await QueueAsync(broker, TopicNames.TransactionHalf)).Skip(before.Count));
        Assert.Equal((copy.QueueOffset, copy.CommitLogOffset, "C000020214AD5FFD2B276FC765AD0000"), (question.TranStateTableOffset, question.CommitLogOffset, question.MsgId));
        Assert.Equal("4", copy.Property("TRANSACTION_CHECK_TIMES"));
        copy.Properties["TRANSACTION_CHECK_TIMES"] = "3";
        Same(before[^1], copy);
        Assert.Equal(((long)before.Count, 6L), TestProducer.Progress(broker));
        Assert.Equal(0, producer.Waiting);
    }

    [Fact]
    public async Task Recorded_questions_are_asked_again()
    {
        await using var recorded = await TestBroker.StartAsync(golden: true);
        foreach (var recording in Recording.Load("json", "CHECK_TRANSACTION_STATE.to_client"))
        {
            var then = recording.Request.ReadHeader<CheckTransactionStateRequestHeader>();
            var copy = Sends.Decode(recorded.Context.Store.ReadRecord(then.CommitLogOffset)!);
            var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(copy.BornTimestamp));
            await using var broker = await TestProducer.StartBrokerAsync(clock);
            var producer = await TestProducer.JoinAsync(broker, "PID_Tx");
            var times = Number(copy, "TRANSACTION_CHECK_TIMES");
            var first = copy.Properties.Where(property => times > 1 || property.Key != "TRANSACTION_CHECK_TIMES").ToDictionary();
            if (times > 1)
            {
                first["TRANSACTION_CHECK_TIMES"] = (times - 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            var put = broker.Context.Store.Put(new Storage.MessageToStore
            {
                Topic = TopicNames.TransactionHalf,
                QueueId = 0,
                Flag = copy.Flag,
                BornTimestamp = copy.BornTimestamp,
                BornHost = copy.BornHost,
                StoreHost = copy.StoreHost,
                Body = copy.Body.Span,
                Properties = System.Text.Encoding.UTF8.GetBytes(MessageProperties.Encode(first)),
            });
            await TestProducer.HalvesAsync(broker, 1);
            clock.Advance(TimeSpan.FromSeconds(7));
            await TestProducer.CheckAsync(broker);

            var question = await producer.QuestionAsync();
            var now = question.ReadHeader<CheckTransactionStateRequestHeader>();
            Assert.Equal((then.MsgId, then.TransactionId, 1L), (now.MsgId, now.TransactionId, now.TranStateTableOffset));
            Assert.Equal(then.OffsetMsgId![..16], now.OffsetMsgId![..16]);
            Assert.Equal(recording.Request.ExtFields!.Keys.Order(StringComparer.Ordinal), question.ExtFields!.Keys.Order(StringComparer.Ordinal));
            var (asked, asks) = (Sends.Decode(recording.Request.Body), Sends.Decode(question.Body));
            Same(asked, asks);
            Assert.Equal((asked.StoreSize, asked.BodyCrc, put.StoreTimestamp), (asks.StoreSize, asks.BodyCrc, asks.StoreTimestamp));
        }
    }

    private static async Task<List<MessageExt>> QueueAsync(TestBroker broker, string topic, int queueId = 0)
    {
        await TestBroker.EventuallyAsync(() => broker.Context.Store.DispatchBehindBytes == 0, "everything is dispatched");
        return await broker.StoredAsync(topic, queueId, 0);
    }

    private static int Number(MessageExt message, string property) =>
        int.Parse(message.Property(property) ?? "0", System.Globalization.CultureInfo.InvariantCulture);

    private static void Same(MessageExt then, MessageExt now)
    {
        Assert.Equal(
            (then.Topic, then.QueueId, then.Flag, then.SysFlag, then.BornTimestamp, then.ReconsumeTimes, then.PreparedTransactionOffset, then.BodyCrc, then.Text()),
            (now.Topic, now.QueueId, now.Flag, now.SysFlag, now.BornTimestamp, now.ReconsumeTimes, now.PreparedTransactionOffset, now.BodyCrc, now.Text()));
        Assert.Equal(then.Properties.OrderBy(property => property.Key), now.Properties.OrderBy(property => property.Key));
    }
}
