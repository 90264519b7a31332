using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Tests.Handlers;

/// <summary>Administration over real connections.</summary>
public sealed class AdministrationTests
{
    [Fact]
    public async Task A_topic_is_created_changed_and_deleted()
    {
        await using var broker = await TestBroker.StartAsync();
        await CreateAsync(broker, "T", queues: 2, order: true);
        await CreateAsync(broker, "T", queues: 3);
        broker.Put("T", 0, "hello");
        await TestBroker.EventuallyAsync(() => broker.Context.Store.MaxOffset("T", 0) == 1, "the message is in its queue");

        var topics = await broker.ReadAsync<TopicConfigSerializeWrapper>(RequestCode.GetAllTopicConfig);
        Assert.Equal(3, topics.TopicConfigTable["T"].WriteQueueNums);
        Assert.True(File.Exists(broker.Context.Topics.FilePath));

        await broker.AskAsync(RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = "T" });
        Assert.Null(broker.Context.Topics.Find("T"));
        Assert.Equal(0, broker.Context.Store.MaxOffset("T", 0));
        var stats = await broker.AskAsync(RequestCode.GetTopicStatsInfo, new GetTopicStatsInfoRequestHeader { Topic = "T" });
        Assert.Equal((ResponseCode.TopicNotExist, "topic[T] not exist"), (stats.ResponseCode, stats.Remark));
    }

    [Theory]
    [InlineData("DefaultCluster", 4, 6, "SINGLE_TAG")]
    [InlineData("no good", 4, 6, "SINGLE_TAG")]
    [InlineData("T", 0, 6, "SINGLE_TAG")]
    [InlineData("T", 70_000, 6, "SINGLE_TAG")]
    [InlineData("T", 4, 77, "SINGLE_TAG")]
    [InlineData("T", 4, 6, "NO_TAG")]
    public async Task A_topic_that_makes_no_sense_is_refused(string topic, int queues, int perm, string filterType)
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await broker.AskAsync(RequestCode.UpdateAndCreateTopic, new UpdateAndCreateTopicRequestHeader
        {
            Topic = topic, DefaultTopic = "TBW102", ReadQueueNums = queues, WriteQueueNums = queues, Perm = perm, TopicFilterType = filterType,
        });

        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        Assert.False(string.IsNullOrEmpty(answer.Remark));
        Assert.Null(broker.Context.Topics.Find("T"));
    }

    [Fact]
    public async Task A_group_is_created_listed_and_deleted()
    {
        await using var broker = await TestBroker.StartAsync();
        var group = new SubscriptionGroupConfig { GroupName = "G", RetryMaxTimes = 3, ConsumeEnable = false };

        await broker.AskAsync(RequestCode.UpdateAndCreateSubscriptiongroup, body: BodyJson.Serialize(group));
        var all = await broker.ReadAsync<SubscriptionGroupWrapper>(RequestCode.GetAllSubscriptiongroupConfig);
        Assert.Equal(group, all.SubscriptionGroupTable["G"]);

        await broker.AskAsync(RequestCode.DeleteSubscriptiongroup, new DeleteSubscriptionGroupRequestHeader { GroupName = "G" });
        Assert.Null(broker.Context.Groups.Find("G"));
    }

    [Fact]
    public async Task Offsets_are_committed_found_and_listed()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.AskAsync(RequestCode.UpdateConsumerOffset, new UpdateConsumerOffsetRequestHeader
        {
            ConsumerGroup = "G", Topic = "T", QueueId = 1, CommitOffset = 12,
        });

        var found = await broker.AskAsync(
            RequestCode.QueryConsumerOffset, new QueryConsumerOffsetRequestHeader { ConsumerGroup = "G", Topic = "T", QueueId = 1 });
        var all = await broker.ReadAsync<ConsumerOffsetTable>(RequestCode.GetAllConsumerOffset);

        Assert.Equal(12, found.ReadHeader<QueryConsumerOffsetResponseHeader>().Offset);
        Assert.Equal(12, all.OffsetTable["T@G"][1]);
    }

    [Fact]
    public async Task A_commit_for_an_impossible_queue_is_refused()
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await broker.AskAsync(RequestCode.UpdateConsumerOffset, new UpdateConsumerOffsetRequestHeader
        {
            ConsumerGroup = "G", Topic = "T", QueueId = int.MaxValue, CommitOffset = 12,
        });

        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
    }

    [Fact]
    public async Task A_new_group_on_a_young_topic_begins_at_zero()
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await broker.AskAsync(
            RequestCode.QueryConsumerOffset, new QueryConsumerOffsetRequestHeader { ConsumerGroup = "New", Topic = "T", QueueId = 0 });

        Assert.Equal(0, answer.ReadHeader<QueryConsumerOffsetResponseHeader>().Offset);
    }

    [Fact]
    public async Task Offsets_of_a_group_are_cloned()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);

        await broker.AskAsync(
            RequestCode.CloneGroupOffset, new CloneGroupOffsetRequestHeader { SrcGroup = "GID_A", DestGroup = "Copy", Offline = true });

        Assert.Equal(broker.Context.Offsets.Of("GID_A", "GoldenA"), broker.Context.Offsets.Of("Copy", "GoldenA"));
    }

    [Fact]
    public async Task The_correction_of_offsets_can_be_asked_for_without_losing_any()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);

        var body = await broker.ReadAsync<QueryCorrectionOffsetBody>(RequestCode.QueryCorrectionOffset, new QueryCorrectionOffsetRequestHeader
        {
            Topic = "GoldenA", CompareGroup = "GID_A", FilterGroups = "GID_Tag,GID_A_Clone",
        });

        Assert.Equal(new Dictionary<int, long> { [0] = 10, [1] = 10, [2] = 10, [3] = 10 }, body.CorrectionOffsets);
        Assert.Equal(10, broker.Context.Offsets.Find("GID_Tag", "GoldenA", 0));
    }

    [Fact]
    public async Task Progress_of_a_group_shows_what_is_left()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);

        var stats = await broker.ReadAsync<ConsumeStats>(
            RequestCode.GetConsumeStats, new GetConsumeStatsRequestHeader { ConsumerGroup = "GID_B" });
        var all = await broker.ReadAsync<ConsumeStatsList>(RequestCode.GetBrokerConsumeStats, new GetBrokerConsumeStatsRequestHeader());

        var queue = stats.OffsetTable[new MessageQueue("GoldenB", "broker-a", 0)];
        Assert.Equal(14, queue.ConsumerOffset);
        Assert.True(queue.BrokerOffset > queue.ConsumerOffset && queue.LastTimestamp > 0);
        Assert.True(all.TotalDiff > 0);
    }

    [Fact]
    public async Task The_entries_of_a_queue_are_really_shown()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);

        var body = await broker.ReadAsync<QueryConsumeQueueResponseBody>(RequestCode.QueryConsumeQueue, new QueryConsumeQueueRequestHeader
        {
            Topic = "GoldenA", QueueId = 0, Index = 2, Count = 5, ConsumerGroup = "GID_A",
        });

        Assert.Equal((0, 10), (body.MinQueueIndex, body.MaxQueueIndex));
        Assert.Equal(5, body.QueueData!.Count);
        Assert.Equal(
            Enumerable.Range(2, 5).Select(index => broker.Context.Store.CommitOffset("GoldenA", 0, index)),
            body.QueueData.Select(entry => entry.PhysicOffset));
    }

    [Fact]
    public async Task System_topics_delays_and_clean_ups_are_answered()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);

        var topics = await broker.ReadAsync<TopicList>(RequestCode.GetSystemTopicListFromBroker);
        var delays = await broker.ReadAsync<DelayOffsetTable>(RequestCode.GetAllDelayOffset);
        Assert.Contains("TBW102", topics.Topics);
        Assert.Equal(7, delays.OffsetTable[3]);

        Assert.Equal(ResponseCode.Success, (await broker.AskAsync(RequestCode.CleanUnusedTopic)).ResponseCode);
        Assert.Equal(ResponseCode.Success, (await broker.AskAsync(RequestCode.CleanExpiredConsumequeue)).ResponseCode);
        Assert.True(broker.Context.Store.MaxOffset(TopicNames.TransactionOperation, 0) > 0);
        Assert.True(broker.Context.Store.MaxOffset(TopicNames.Schedule, 2) > 0);
    }

    [Fact]
    public async Task Counters_can_be_viewed()
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Context.Statistics.RecordPut("T", 1, 100);

        var known = await broker.AskAsync(
            RequestCode.ViewBrokerStatsData, new ViewBrokerStatsDataRequestHeader { StatsName = "TOPIC_PUT_NUMS", StatsKey = "T" });
        var unknown = await broker.AskAsync(
            RequestCode.ViewBrokerStatsData, new ViewBrokerStatsDataRequestHeader { StatsName = "NO_SUCH", StatsKey = "T" });

        Assert.Equal(ResponseCode.Success, known.ResponseCode);
        Assert.Equal((ResponseCode.SystemError, "The stats <NO_SUCH> <T> not exist"), (unknown.ResponseCode, unknown.Remark));
    }

    [Fact]
    public async Task Questions_to_a_consumer_are_passed_on_and_its_answer_back()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);
        var asked = new List<RemotingCommand>();
        var incoming = new RequestDispatcher();
        var answers = new Answers(asked);
        var queue = new RequestQueue("test", 10, 1);
        incoming.Map(RequestCode.GetConsumerRunningInfo, answers, queue)
            .Map(RequestCode.ConsumeMessageDirectly, answers, queue)
            .Map(RequestCode.GetConsumerStatusFromClient, answers, queue);
        await broker.AskAsync(broker.NewClient(incoming), Heartbeats.Consumer("c1", "GID_A", "GoldenA"));
        var record = broker.Context.Store.CommitOffset("GoldenA", 0, 0);
        var id = new OffsetMessageId(broker.Context.Identity.StoreHost, record).ToString();

        var info = await broker.AskAsync(
            RequestCode.GetConsumerRunningInfo, new GetConsumerRunningInfoRequestHeader { ConsumerGroup = "GID_A", ClientId = "c1" });
        var consumed = await broker.AskAsync(RequestCode.ConsumeMessageDirectly, new ConsumeMessageDirectlyRequestHeader
        {
            ConsumerGroup = "GID_A", ClientId = "c1", MsgId = id,
        });
        var status = await broker.ReadAsync<GetConsumerStatusBody>(
            RequestCode.InvokeBrokerToGetConsumerStatus, new GetConsumerStatusRequestHeader { Topic = "GoldenA", Group = "GID_A" });

        Assert.Equal(("from the client", ResponseCode.NoMessage), (info.Remark, info.ResponseCode));
        Assert.Equal("from the client", consumed.Remark);
        Assert.Equal("broker-a", asked[1].ReadHeader<ConsumeMessageDirectlyRequestHeader>().BrokerName);
        Assert.Equal(broker.Context.Store.ReadRecord(record), asked[1].Body.ToArray());
        Assert.Empty(status.ConsumerTable);
    }

    [Fact]
    public async Task An_offset_reset_reaches_every_client_of_the_group()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);
        var told = new Resets();
        await broker.AskAsync(
            broker.NewClient(new RequestDispatcher().Map(RequestCode.ResetConsumerClientOffset, told)),
            Heartbeats.Consumer("c1", "GID_A", "GoldenA"));

        var answer = await broker.ReadAsync<ResetOffsetBody>(
            RequestCode.InvokeBrokerToResetOffset,
            new ResetOffsetRequestHeader { Topic = "GoldenA", Group = "GID_A", Timestamp = 0, IsForce = true });

        Assert.Equal(4, answer.OffsetTable.Count);
        Assert.All(answer.OffsetTable.Values, offset => Assert.Equal(0, offset));
        Assert.Equal(
            answer.OffsetTable, await told.First.Task.WaitAsync(TestBroker.Patience, TestContext.Current.CancellationToken));
        Assert.Equal(10, broker.Context.Offsets.Find("GID_A", "GoldenA", 0)); // the client commits, not the broker
    }

    [Theory]
    [InlineData(RequestCode.GetMaxOffset)]
    [InlineData(RequestCode.UpdateConsumerOffset)]
    [InlineData(RequestCode.UpdateAndCreateTopic)]
    [InlineData(RequestCode.GetConsumeStats)]
    [InlineData(RequestCode.LockBatchMq)]
    [InlineData(RequestCode.UpdateAndCreateSubscriptiongroup)]
    public async Task A_request_without_its_fields_is_refused_in_words(RequestCode code)
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await broker.AskAsync(code);

        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        Assert.False(string.IsNullOrEmpty(answer.Remark));
    }

    private static async Task CreateAsync(TestBroker broker, string topic, int queues, bool order = false)
    {
        var answer = await broker.AskAsync(RequestCode.UpdateAndCreateTopic, new UpdateAndCreateTopicRequestHeader
        {
            Topic = topic,
            DefaultTopic = "TBW102",
            ReadQueueNums = queues,
            WriteQueueNums = queues,
            Perm = 6,
            TopicFilterType = "SINGLE_TAG",
            Order = order,
        });
        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        Assert.Equal(order, broker.Context.Topics.Find(topic)!.Order);
    }

    private sealed class Answers(List<RemotingCommand> asked) : IAsyncRequestHandler
    {
        public ValueTask<RemotingCommand?> HandleAsync(
            RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
        {
            asked.Add(request);
            return new(RemotingCommand.Response(ResponseCode.NoMessage, "from the client"));
        }
    }

    private sealed class Resets : IRequestHandler
    {
        public TaskCompletionSource<Dictionary<MessageQueue, long>> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Handle(in CommandView request, Responder responder) =>
            First.TrySetResult(BodyJson.Deserialize<ResetOffsetBody>(request.Body).OffsetTable);
    }
}
