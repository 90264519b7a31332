using System.Text.Json;
using Rocketeer.Client.Producing;
using Rocketeer.Client.Tests.Fakes;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Producing;

public sealed class ProducerTests
{
    private static readonly byte[] Body = "Golden A body 0"u8.ToArray();

    [Fact]
    public async Task A_message_has_the_header_fields_of_a_recorded_one()
    {
        await using var cluster = await FakeCluster.StartAsync(4, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PID_Golden");
        var message = new Message("T", Body)
        {
            Tag = "TagA",
            Keys = ["multiKey0", "shared"],
            Properties = { ["utf8"] = "中文-é-0", ["uprop"] = "v0" },
        };

        var result = await producer.SendAsync(message, new MessageQueue("T", "a", 1));

        var sent = Assert.Single(cluster.Brokers["a"].Received(RequestCode.SendMessageV2));
        var golden = Golden("SEND_MESSAGE_V2");
        AssertSameFields(golden, sent, except: ["b", "i"]);
        var (expected, actual) = (MessageProperties.Parse(golden["i"]), MessageProperties.Parse(sent.ExtFields!["i"]));
        expected["UNIQ_KEY"] = result.MessageId;
        Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), actual.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(Body, sent.Body.ToArray());
    }

    [Fact]
    public async Task A_batch_has_the_header_fields_of_a_recorded_one()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PID_Golden");

        await producer.SendBatchAsync([new Message("T", Body), new Message("T", Body)]);

        var sent = Assert.Single(cluster.Brokers["a"].Received(RequestCode.SendBatchMessage));
        AssertSameFields(Golden("SEND_BATCH_MESSAGE"), sent, except: ["b", "g"]);
    }

    [Theory]
    [InlineData(ResponseCode.Success, SendStatus.Stored)]
    [InlineData(ResponseCode.FlushDiskTimeout, SendStatus.FlushTimedOut)]
    [InlineData(ResponseCode.FlushSlaveTimeout, SendStatus.ReplicaTimedOut)]
    [InlineData(ResponseCode.SlaveNotAvailable, SendStatus.ReplicaUnavailable)]
    public async Task What_a_broker_answers_becomes_the_result(ResponseCode code, SendStatus status)
    {
        await using var cluster = await FakeCluster.StartAsync(4, "a");
        cluster.Brokers["a"].On(RequestCode.SendMessageV2, request => FakeCluster.Answer(request, code));
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        var result = await producer.SendAsync(new Message("T", Body), new MessageQueue("T", "a", 3));

        Assert.Equal(status, result.Status);
        Assert.Equal(32, result.MessageId.Length);
        Assert.Equal("7F000001000051AF0000000000000000", result.OffsetMessageId);
        Assert.Equal((new MessageQueue("T", "a", 3), 100L, "R1", false), (result.Queue, result.QueueOffset, result.RegionId, result.IsTraced));
        Assert.Equal(1, cluster.Sends);
    }

    [Fact]
    public async Task A_compressed_body_says_so()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        await producer.SendAsync(new Message("T", new byte[100_000]));

        var sent = Assert.Single(cluster.Brokers["a"].Received(RequestCode.SendMessageV2));
        Assert.Equal(MessageSysFlags.Compressed, sent.ReadHeader<SendMessageRequestHeader>().SysFlag);
        Assert.InRange(sent.Body.Length, 1, 1000);
    }

    [Fact]
    public async Task The_first_message_of_a_topic_carries_what_its_creation_needs()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        cluster.AddTopic("TBW102", 8, 7);
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        var queues = await producer.GetQueuesAsync("new");
        await producer.SendAsync(new Message("new", Body));

        var header = Assert.Single(cluster.Brokers["a"].Received(RequestCode.SendMessageV2)).ReadHeader<SendMessageRequestHeader>();
        Assert.Equal(4, queues.Count);
        Assert.Equal(("new", "TBW102", 4), (header.Topic, header.DefaultTopic, header.DefaultTopicQueueNums));
    }

    [Fact]
    public async Task A_one_way_message_asks_for_no_answer()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        cluster.Brokers["a"].On(RequestCode.SendMessageV2, _ => null);
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        await producer.SendOneWayAsync(new Message("T", Body));

        Assert.True((await cluster.Brokers["a"].NextAsync(RequestCode.SendMessageV2)).IsOneWay);
        Assert.Equal(0, producer.InFlight);
    }

    [Fact]
    public async Task Messages_with_one_order_key_go_to_one_queue_and_different_keys_spread()
    {
        await using var cluster = await FakeCluster.StartAsync(4, "a", "b");
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        var same = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => producer.SendAsync(new Message("T", Body), "order-4711")));
        var others = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => producer.SendAsync(new Message("T", Body), $"order-{i}")));

        Assert.Single(same.Select(result => result.Queue).Distinct());
        Assert.InRange(others.Select(result => result.Queue).Distinct().Count(), 4, 8);
    }

    [Fact]
    public async Task A_selector_of_ones_own_sees_all_writable_queues_and_decides()
    {
        await using var cluster = await FakeCluster.StartAsync(4, "room1-a", "room2-a");
        await using var producer = cluster.CreateClient().CreateProducer("PG");
        var seen = 0;
        MessageQueue InRoom2(IReadOnlyList<MessageQueue> queues, Message message)
        {
            seen = queues.Count;
            return queues.Where(queue => queue.BrokerName.StartsWith("room2", StringComparison.Ordinal)).ElementAt(message.Body.Length % 4);
        }

        var result = await producer.SendAsync(new Message("T", new byte[7]), InRoom2);
        await producer.SendOneWayAsync(new Message("T", new byte[6]), InRoom2);
        await cluster.Brokers["room2-a"].NextAsync(RequestCode.SendMessageV2);
        var oneWay = await cluster.Brokers["room2-a"].NextAsync(RequestCode.SendMessageV2);

        Assert.Equal(8, seen);
        Assert.Equal(new MessageQueue("T", "room2-a", 3), result.Queue);
        Assert.Equal((2, true), (oneWay.ReadHeader<SendMessageRequestHeader>().QueueId, oneWay.IsOneWay));
    }

    [Fact]
    public async Task The_random_selector_reaches_every_queue()
    {
        await using var cluster = await FakeCluster.StartAsync(2, "a", "b");
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => producer.SendAsync(new Message("T", Body), QueueSelectors.Random)));

        Assert.Equal(4, results.Select(result => result.Queue).Distinct().Count());
    }

    [Fact]
    public async Task A_selector_that_chooses_nothing_is_refused()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        await Assert.ThrowsAsync<MessageIllegalException>(() => producer.SendAsync(new Message("T", Body), (_, _) => null!));
    }

    [Fact]
    public async Task Messages_of_any_enumeration_are_sent_in_as_many_batches_as_they_need_and_to_one_queue_if_wanted()
    {
        await using var cluster = await FakeCluster.StartAsync(4, "a", "b");
        await using var producer = cluster.CreateClient().CreateProducer("PG", options => options.MaxMessageBytes = 2048);
        var queue = new MessageQueue("T", "b", 2);

        var results = await producer.SendBatchAsync(Enumerable.Range(0, 1000).Select(_ => new Message("T", new byte[300])), queue);

        Assert.Equal(1000, results.Select(result => result.MessageId).Distinct().Count());
        Assert.All(results, result => Assert.Equal(queue, result.Queue));
        Assert.All(cluster.Brokers["b"].Received(RequestCode.SendBatchMessage), request => Assert.InRange(request.Body.Length, 1, 2048));
    }

    [Fact]
    public async Task A_batch_of_nothing_is_refused()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        await Assert.ThrowsAsync<MessageIllegalException>(() => producer.SendBatchAsync(Enumerable.Empty<Message>().Where(_ => true)));
    }

    [Fact]
    public async Task What_is_empty_or_too_long_is_refused_before_anything_is_sent()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PG", options => options.MaxMessageBytes = 1024);

        foreach (var length in (int[])[0, 1025])
        {
            var message = new Message("T", new byte[length]);
            await Assert.ThrowsAsync<MessageIllegalException>(() => producer.SendAsync(message));
            await Assert.ThrowsAsync<MessageIllegalException>(() => producer.SendOneWayAsync(message));
            await Assert.ThrowsAsync<MessageIllegalException>(() => producer.SendBatchAsync([new Message("T", new byte[10]), message]));
        }

        Assert.Equal((0, 0), (cluster.Sends, producer.InFlight));
        Assert.Empty(cluster.NameServer.Received(RequestCode.GetRouteInfoByTopic));
    }

    [Fact]
    public async Task A_queue_of_another_topic_is_refused()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        await Assert.ThrowsAsync<MessageIllegalException>(() => producer.SendAsync(new Message("T", Body), new MessageQueue("U", "a", 0)));
    }

    [Fact]
    public async Task A_batch_gives_one_result_for_each_message_in_their_order()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PG", options => options.MaxMessageBytes = 1024);
        var messages = Enumerable.Range(0, 10).Select(_ => new Message("T", new byte[300])).ToArray();

        var results = await producer.SendBatchAsync(messages);

        Assert.Equal(10, results.Count);
        Assert.Equal(10, results.Select(result => result.MessageId).Distinct().Count());
        Assert.Equal([100, 101, 100, 101], results.Take(4).Select(result => result.QueueOffset));
        Assert.EndsWith("00000001", results[1].OffsetMessageId, StringComparison.Ordinal);
        Assert.Equal(5, cluster.Brokers["a"].Received(RequestCode.SendBatchMessage).Count);
    }

    [Fact]
    public async Task A_batch_that_fails_halfway_tells_what_is_stored()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        var requests = 0;
        cluster.Brokers["a"].On(RequestCode.SendBatchMessage, request => Interlocked.Increment(ref requests) <= 2
            ? FakeCluster.Stored(request)
            : RemotingCommand.Response(ResponseCode.MessageIllegal, "no"));
        await using var producer = cluster.CreateClient().CreateProducer("PG", options => options.MaxMessageBytes = 1024);

        var failure = await Assert.ThrowsAsync<BatchSendException>(
            () => producer.SendBatchAsync([.. Enumerable.Range(0, 10).Select(_ => new Message("T", new byte[300]))]));

        Assert.Equal(4, failure.Stored.Count);
        Assert.IsType<BrokerRejectedException>(failure.InnerException);
    }

    [Fact]
    public async Task A_client_has_one_producer_of_a_group()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        var client = cluster.CreateClient();
        var first = client.CreateProducer("PG");
        Assert.Throws<InvalidOperationException>(() => client.CreateProducer("PG"));

        await first.DisposeAsync();

        await using var second = client.CreateProducer("PG");
    }

    private static Dictionary<string, string> Golden(string name)
    {
        using var recorded = JsonDocument.Parse(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", name + ".jsonl")).First());
        return recorded.RootElement.GetProperty("request").GetProperty("header").GetProperty("extFields")
            .EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetString()!);
    }

    private static void AssertSameFields(Dictionary<string, string> golden, RemotingCommand sent, string[] except)
    {
        var actual = sent.ExtFields!;
        Assert.Equal(golden.Keys.Order(), actual.Keys.Order());
        Assert.All(golden.Keys.Except(except), name => Assert.Equal(golden[name], actual[name]));
    }
}
