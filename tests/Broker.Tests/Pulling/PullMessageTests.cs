using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Tests.Sending;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Pulling;

/// <summary>What a pull that may be answered says: statuses, offsets, messages.</summary>
public sealed class PullMessageTests
{
    [Fact]
    public async Task A_pull_returns_the_messages_of_its_queue_in_order()
    {
        await using var broker = await WithMessagesAsync(5);

        var answer = await broker.PullAsync(Pulls.Header(offset: 1) with { MaxMsgNums = 3 });

        Assert.Equal((ResponseCode.Success, "FOUND"), (answer.ResponseCode, answer.Remark));
        Assert.Equal(["1", "2", "3"], answer.Messages().Select(Sends.Text));
        var told = answer.ReadHeader<PullMessageResponseHeader>();
        Assert.Equal<(long?, long?, long?)>((4, 0, 5), (told.NextBeginOffset, told.MinOffset, told.MaxOffset));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(int.MinValue)]
    public async Task A_pull_for_no_messages_returns_one(int count)
    {
        await using var broker = await WithMessagesAsync(3);

        Assert.Single((await broker.PullAsync(Pulls.Header() with { MaxMsgNums = count })).Messages());
    }

    [Fact]
    public async Task A_pull_for_everything_is_cut_at_the_limits_of_an_answer()
    {
        await using var broker = await WithMessagesAsync(100);

        var answer = await broker.PullAsync(Pulls.Header() with { MaxMsgNums = int.MaxValue });

        Assert.Equal(32, answer.Messages().Count);
        Assert.Equal(32, answer.ReadHeader<PullMessageResponseHeader>().NextBeginOffset);
    }

    [Theory]
    [InlineData(0, ResponseCode.PullNotFound, "NO_MESSAGE_IN_QUEUE", 0)]
    [InlineData(5, ResponseCode.PullOffsetMoved, "NO_MESSAGE_IN_QUEUE", 0)]
    [InlineData(-1, ResponseCode.PullOffsetMoved, "NO_MESSAGE_IN_QUEUE", 0)]
    public async Task A_pull_from_an_empty_queue(long offset, ResponseCode code, string status, long next)
    {
        await using var broker = await WithMessagesAsync(0);

        Assert.Equal((code, status, next, 0L, 0L), await broker.OutcomeAsync(Pulls.Header(offset)));
    }

    [Theory]
    [InlineData(3, ResponseCode.PullNotFound, "OFFSET_OVERFLOW_ONE", 3)]
    [InlineData(4, ResponseCode.PullOffsetMoved, "OFFSET_OVERFLOW_BADLY", 0)]
    [InlineData(long.MaxValue, ResponseCode.PullOffsetMoved, "OFFSET_OVERFLOW_BADLY", 0)]
    [InlineData(-1, ResponseCode.PullOffsetMoved, "OFFSET_TOO_SMALL", 0)]
    [InlineData(long.MinValue, ResponseCode.PullOffsetMoved, "OFFSET_TOO_SMALL", 0)]
    public async Task A_pull_from_outside_a_queue_of_three(long offset, ResponseCode code, string status, long next)
    {
        await using var broker = await WithMessagesAsync(3);

        Assert.Equal((code, status, next, 0L, 3L), await broker.OutcomeAsync(Pulls.Header(offset)));
    }

    [Fact]
    public async Task Messages_of_other_tags_are_passed_over()
    {
        await using var broker = await WithMessagesAsync(0);
        foreach (var tag in new[] { "A", "B", "C", "A" })
        {
            broker.Put(Pulls.Topic, 0, tag, $"TAGS\u0001{tag}\u0002");
        }

        await broker.VisibleAsync(4);

        Assert.Equal(["A", "A"], (await broker.PullAsync(Pulls.Header(subscription: "A"))).Messages().Select(Sends.Text));
        Assert.Equal(["B", "C"], (await broker.PullAsync(Pulls.Header(subscription: "C || B"))).Messages().Select(Sends.Text));
        Assert.Equal(4, (await broker.PullAsync(Pulls.Header(subscription: ""))).Messages().Count);
        Assert.Equal(
            (ResponseCode.PullRetryImmediately, "NO_MATCHED_MESSAGE", 4L, 0L, 4L), await broker.OutcomeAsync(Pulls.Header(subscription: "D")));
    }

    [Fact]
    public async Task A_pull_without_subscription_filters_by_what_the_heartbeat_said()
    {
        await using var broker = await WithMessagesAsync(0);
        broker.Put(Pulls.Topic, 0, "no", "TAGS\u0001No\u0002");
        broker.Put(Pulls.Topic, 0, "yes", "TAGS\u0001Yes\u0002");
        await broker.VisibleAsync(2);
        var heartbeat = new HeartbeatData
        {
            ClientID = "c1",
            ConsumerDataSet = [new ConsumerData { GroupName = Pulls.Group, SubscriptionDataSet = [TagExpression.Parse(Pulls.Topic, "Yes", 7)] }],
        };
        Assert.Equal(ResponseCode.Success, (await broker.AskAsync(broker.NewClient(), Heartbeats.Of(heartbeat))).ResponseCode);

        var answer = await broker.PullAsync(Pulls.Header() with { SysFlag = 0, Subscription = null, SubVersion = 7 });

        Assert.Equal("yes", Assert.Single(answer.Messages()).Text());
    }

    [Theory]
    [InlineData(PullSysFlags.CommitOffset, 3)]
    [InlineData(0, -1)]
    public async Task The_commit_flag_decides_whether_the_offset_is_kept(int flag, long committed)
    {
        await using var broker = await WithMessagesAsync(3);

        await broker.PullAsync(Pulls.Header() with { SysFlag = PullSysFlags.Subscription | flag, CommitOffset = 3 });

        Assert.Equal(committed, broker.Context.Offsets.Find(Pulls.Group, Pulls.Topic, 0));
    }

    [Fact]
    public async Task A_pull_that_is_held_commits_too()
    {
        await using var broker = await WithMessagesAsync(3);

        var pull = Pulls.Header(3) with { SysFlag = PullSysFlags.Subscription | PullSysFlags.CommitOffset, CommitOffset = 2 };
        var answer = await broker.HoldAsync(pull);
        await TestBroker.EventuallyAsync(() => broker.Context.Offsets.Find(Pulls.Group, Pulls.Topic, 0) == 2, "the offset is kept");

        broker.Put(Pulls.Topic, 0, "3");
        Assert.Equal(ResponseCode.Success, (await answer).ResponseCode);
    }

    [Fact]
    public async Task A_slave_serves_pulls_but_keeps_no_offsets_and_moves_none()
    {
        await using var broker = await TestBroker.StartAsync(
            options =>
            {
                options.BrokerId = 1;
                options.Store.BrokerRole = BrokerRole.Slave;
            },
            golden: true);
        var pull = Pulls.Header(topic: "GoldenPull") with { SysFlag = PullSysFlags.Subscription | PullSysFlags.CommitOffset, CommitOffset = 3 };

        Assert.NotEmpty((await broker.PullAsync(pull)).Messages());
        var beyond = await broker.OutcomeAsync(pull with { QueueOffset = 9999 });

        Assert.Equal(-1, broker.Context.Offsets.Find(Pulls.Group, "GoldenPull", 0));
        Assert.Equal((ResponseCode.PullRetryImmediately, "OFFSET_OVERFLOW_BADLY", 9999L), (beyond.Code, beyond.Status, beyond.Next));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 7)]
    public async Task The_suggested_broker_is_the_groups_when_slaves_may_serve(bool slaveReads, long suggested)
    {
        await using var broker = await WithMessagesAsync(1, options => options.SlaveReadEnable = slaveReads);
        Assert.Null(broker.Context.Groups.Update(new SubscriptionGroupConfig { GroupName = Pulls.Group, BrokerId = 7 }));

        var answer = await broker.PullAsync(Pulls.Header());

        Assert.Equal(suggested, answer.ReadHeader<PullMessageResponseHeader>().SuggestWhichBrokerId);
    }

    [Fact]
    public async Task A_consumer_that_is_far_behind_is_sent_to_a_slave()
    {
        await using var broker = await WithMessagesAsync(100, options =>
        {
            options.SlaveReadEnable = true;
            options.Store.AccessMessageInMemoryMaxRatio = 0;
        });

        var answer = await broker.PullAsync(Pulls.Header());

        Assert.Equal(1, answer.ReadHeader<PullMessageResponseHeader>().SuggestWhichBrokerId);
        Assert.Equal(8, answer.Messages().Count);
    }

    [Fact]
    public async Task A_moved_offset_leaves_an_event()
    {
        await using var broker = await WithMessagesAsync(3);

        Assert.Equal(ResponseCode.PullOffsetMoved, (await broker.PullAsync(Pulls.Header(1234))).ResponseCode);

        var left = Assert.Single(await broker.StoredAsync(TopicNames.OffsetMovedEvent, 0, 1));
        Assert.Equal((Pulls.Group, Pulls.Group), (left.Tags, left.Keys));
        var told = BodyJson.Deserialize<OffsetMovedEvent>(left.Body.Span);
        Assert.Equal((Pulls.Group, 1234L, 0L), (told.ConsumerGroup, told.OffsetRequest, told.OffsetNew));
        Assert.Equal(new MessageQueue(Pulls.Topic, "broker-a", 0), told.MessageQueue);
    }

    internal static async Task<TestBroker> WithMessagesAsync(
        int count, Action<BrokerOptions>? adjust = null, TimeProvider? clock = null)
    {
        var broker = await TestBroker.StartAsync(adjust, clock);
        Assert.Null(broker.Context.Topics.Update(new TopicConfig { TopicName = Pulls.Topic, ReadQueueNums = 4, WriteQueueNums = 4 }));
        for (var i = 0; i < count; i++)
        {
            broker.Put(Pulls.Topic, 0, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        await broker.VisibleAsync(count);
        return broker;
    }
}
