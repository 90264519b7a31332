using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Tests.Sending;

public sealed class SendBackTests
{
    private const string Group = "GID_Test";
    private const string Retry = "%RETRY%GID_Test";
    private const string Dead = "%DLQ%GID_Test";

    [Theory]
    [InlineData(0, 0, 3)]
    [InlineData(4, 0, 7)]
    [InlineData(0, 5, 5)]
    [InlineData(2, 1, 1)]
    [InlineData(0, 99, 18)]
    public async Task A_message_given_back_waits_for_its_level(int reconsumed, int asked, int level)
    {
        await using var broker = await TestBroker.StartAsync();
        var put = Put(broker, reconsumed);

        var answer = await GiveBackAsync(broker, put.CommitOffset, asked);

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        var waiting = Assert.Single(await broker.StoredAsync(TopicNames.Schedule, level - 1, 1));
        Assert.Equal((Retry, "0"), (waiting.Property("REAL_TOPIC"), waiting.Property("REAL_QID")));
        Assert.Equal((Sends.Topic, "body"), (waiting.Property("RETRY_TOPIC"), waiting.Text()));
        Assert.Equal(new OffsetMessageId(broker.Context.Identity.StoreHost, put.CommitOffset).ToString(), waiting.Property("ORIGIN_MESSAGE_ID"));
        Assert.Equal((reconsumed + 1, "TagA", 1L), (waiting.ReconsumeTimes, waiting.Tags, waiting.BornTimestamp));
        Assert.Equal("false", waiting.Property("WAIT"));
        var topic = broker.Context.Topics.Find(Retry)!;
        Assert.Equal((1, 1, Permissions.Read | Permissions.Write), (topic.ReadQueueNums, topic.WriteQueueNums, topic.Perm));
    }

    [Fact]
    public async Task A_message_given_back_comes_again_to_the_retry_topic()
    {
        await using var broker = await TestBroker.StartAsync(options => options.Store.MessageDelayLevel = "1s 1s 1s");

        await GiveBackAsync(broker, Put(broker, 0).CommitOffset, 0);

        var again = Assert.Single(await broker.StoredAsync(Retry, 0, 1));
        Assert.Equal(("body", 1, Sends.Topic), (again.Text(), again.ReconsumeTimes, again.Property("RETRY_TOPIC")));
    }

    [Fact]
    public async Task A_second_retry_keeps_the_first_topic_and_the_first_id()
    {
        await using var broker = await TestBroker.StartAsync();
        var put = Put(broker, 1, "RETRY_TOPIC\u0001First\u0002ORIGIN_MESSAGE_ID\u0001AABB\u0002");

        await GiveBackAsync(broker, put.CommitOffset, 0);

        var waiting = Assert.Single(await broker.StoredAsync(TopicNames.Schedule, 3, 1));
        Assert.Equal(("First", "AABB"), (waiting.Property("RETRY_TOPIC"), waiting.Property("ORIGIN_MESSAGE_ID")));
    }

    [Theory]
    [InlineData(0, -1, 16)]
    [InlineData(0, int.MinValue, 16)]
    [InlineData(16, 0, 16)]
    [InlineData(3, 0, 3)]
    [InlineData(int.MaxValue, 0, int.MaxValue)]
    public async Task A_message_that_is_given_up_goes_to_the_dead_letters_at_once(int reconsumed, int asked, int maximum)
    {
        await using var broker = await TestBroker.StartAsync();
        var put = Put(broker, reconsumed, "DELAY\u00010\u0002"); // a record of a retry before still carries its level

        var answer = await GiveBackAsync(broker, put.CommitOffset, asked, maximum);

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        var dead = Assert.Single(await broker.StoredAsync(Dead, 0, 1));
        Assert.Equal(("body", Sends.Topic, null), (dead.Text(), dead.Property("RETRY_TOPIC"), dead.Property("DELAY")));
        Assert.NotNull(dead.Property("ORIGIN_MESSAGE_ID"));
        var topic = broker.Context.Topics.Find(Dead)!;
        Assert.Equal((1, Permissions.Write), (topic.WriteQueueNums, topic.Perm));
    }

    [Fact]
    public async Task A_client_that_brings_no_maximum_gets_the_groups()
    {
        await using var broker = await TestBroker.StartAsync();
        Assert.Null(broker.Context.Groups.Update(new SubscriptionGroupConfig { GroupName = Group, RetryMaxTimes = 2, RetryQueueNums = 1 }));

        await GiveBackAsync(broker, Put(broker, 1).CommitOffset, 0, maximum: null);
        await GiveBackAsync(broker, Put(broker, 2).CommitOffset, 0, maximum: null);

        Assert.Single(await broker.StoredAsync(TopicNames.Schedule, 3, 1));
        Assert.Single(await broker.StoredAsync(Dead, 0, 1));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(7)]
    [InlineData(1_000_000)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public async Task An_offset_that_holds_no_message_is_refused(long offset)
    {
        await using var broker = await TestBroker.StartAsync();
        Put(broker, 0);
        var before = broker.Context.Store.CommitLogMaxOffset;

        var answer = await GiveBackAsync(broker, offset, 0);

        Assert.Equal((ResponseCode.SystemError, $"look message by offset failed, {offset}"), (answer.ResponseCode, answer.Remark));
        Assert.Equal(before, broker.Context.Store.CommitLogMaxOffset);
    }

    [Fact]
    public async Task A_group_without_retry_queues_wants_its_messages_dropped()
    {
        await using var broker = await TestBroker.StartAsync();
        Assert.Null(broker.Context.Groups.Update(new SubscriptionGroupConfig { GroupName = Group, RetryQueueNums = 0 }));
        var put = Put(broker, 0);

        var answer = await GiveBackAsync(broker, put.CommitOffset, 0);

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        Assert.Equal(put.EndOffset, broker.Context.Store.CommitLogMaxOffset);
        Assert.Null(broker.Context.Topics.Find(Retry));
    }

    [Fact]
    public async Task An_unknown_group_is_refused()
    {
        await using var broker = await TestBroker.StartAsync(options => options.AutoCreateSubscriptionGroup = false);

        var answer = await GiveBackAsync(broker, Put(broker, 0).CommitOffset, 0);

        Assert.Equal(ResponseCode.SubscriptionGroupNotExist, answer.ResponseCode);
        Assert.StartsWith("subscription group not exist, GID_Test", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_or_a_retry_topic_that_may_not_be_written_is_refused()
    {
        await using var broker = await TestBroker.StartAsync();
        var put = Put(broker, 0);
        Assert.Null(broker.Context.Topics.Update(new TopicConfig { TopicName = Retry, Perm = Permissions.Read }));

        var topic = await GiveBackAsync(broker, put.CommitOffset, 0);
        broker.Context.Options.BrokerPermission = Permissions.Read;
        var whole = await GiveBackAsync(broker, put.CommitOffset, 0);

        Assert.Equal((ResponseCode.NoPermission, $"the topic[{Retry}] sending message is forbidden"), (topic.ResponseCode, topic.Remark));
        Assert.Equal((ResponseCode.NoPermission, "the broker[127.0.0.1] sending message is forbidden"), (whole.ResponseCode, whole.Remark));
    }

    [Fact]
    public async Task A_group_whose_retry_topic_would_be_too_long_is_refused()
    {
        await using var broker = await TestBroker.StartAsync();
        var put = Put(broker, 0);

        var answer = await broker.AskAsync(
            RequestCode.ConsumerSendMsgBack,
            new ConsumerSendMessageBackRequestHeader { Offset = put.CommitOffset, Group = new string('g', 125), DelayLevel = 0 });

        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        Assert.Contains("not exist", answer.Remark, StringComparison.Ordinal);
    }

    private static PutResult Put(TestBroker broker, int reconsumed, string properties = "") => broker.Context.Store.Put(new MessageToStore
    {
        Topic = Sends.Topic,
        QueueId = 0,
        Body = "body"u8,
        Properties = System.Text.Encoding.UTF8.GetBytes("TAGS\u0001TagA\u0002" + properties),
        BornTimestamp = 1,
        BornHost = new HostAddress(0x7F000001, 1),
        StoreHost = broker.Context.Identity.StoreHost,
        ReconsumeTimes = reconsumed,
    });

    private static Task<RemotingCommand> GiveBackAsync(TestBroker broker, long offset, int level, int? maximum = 16) =>
        broker.AskAsync(RequestCode.ConsumerSendMsgBack, new ConsumerSendMessageBackRequestHeader
        {
            Offset = offset,
            Group = Group,
            DelayLevel = level,
            OriginTopic = Sends.Topic,
            MaxReconsumeTimes = maximum,
        });
}
