using Microsoft.Extensions.Time.Testing;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Consuming;

public sealed class LitePullConsumerTests
{
    private static readonly MessageQueue Queue = new("orders", "broker-a", 0);
    private static readonly MessageQueue Other = new("orders", "broker-a", 1);
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_committed_until_the_caller_says_so_and_then_what_was_given()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 10);
        await using (var consumer = Subscribed(cluster))
        {
            await ReadAsync(consumer, 4);
            Assert.Empty(cluster.Offsets);

            await consumer.CommitAsync(Cancelled);
            Assert.Equal(4, cluster.Offsets[("g", Queue)]);
            Assert.Equal(4, await consumer.GetCommittedAsync(Queue, Cancelled));

            await ReadAsync(consumer, 3);
        }

        Assert.Equal(4, cluster.Offsets[("g", Queue)]);
        await using var again = Subscribed(cluster);
        Assert.Equal([4L], await ReadAsync(again, 1));
    }

    [Fact]
    public async Task A_commit_passes_messages_at_the_end_that_the_filter_leaves_out()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1);
        cluster.Add(Queue, "A");
        cluster.Add(Queue, "B");
        await using var consumer = Lite(cluster);
        consumer.Subscribe("orders", "A");
        await ReadAsync(consumer, 1);

        await Eventually.HoldsAsync(
            () =>
            {
                consumer.CommitAsync(Cancelled).GetAwaiter().GetResult();
                return cluster.Offsets.GetValueOrDefault(("g", Queue)) == 2;
            },
            "the offset behind both");
    }

    [Fact]
    public async Task One_queue_can_be_committed_at_any_offset()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 2, 10);
        await using var consumer = Subscribed(cluster);
        await ReadAsync(consumer, 20);

        await consumer.CommitAsync(Queue, 3, Cancelled);

        Assert.Equal(3, cluster.Offsets[("g", Queue)]);
        Assert.False(cluster.Offsets.ContainsKey(("g", Other)));
    }

    [Fact]
    public async Task Assigned_queues_are_read_whoever_is_in_the_group_and_can_be_exchanged()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 3, 2);
        cluster.Members["other"] = 0;
        await using var consumer = Lite(cluster);
        consumer.Assign(Queue, Other);
        await ReadAsync(consumer, 4);
        Assert.Equal([Queue, Other], consumer.Queues.Order());

        var third = new MessageQueue("orders", "broker-a", 2);
        consumer.Assign(third);
        await ReadAsync(consumer, 2);

        Assert.Equal([third], consumer.Queues);
        Assert.Throws<InvalidOperationException>(() => consumer.Subscribe("orders"));
    }

    [Fact]
    public async Task A_seek_moves_the_stream_and_leaves_the_committed_offset()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 10);
        cluster.Offsets[("g", Queue)] = 5;
        await using var consumer = Subscribed(cluster);
        Assert.Equal([5L, 6L], await ReadAsync(consumer, 2));

        await consumer.SeekAsync(Queue, 1, Cancelled);
        Assert.Equal([1L, 2L], await ReadAsync(consumer, 2));
        await consumer.SeekToBeginAsync(Queue, Cancelled);
        Assert.Equal([0L], await ReadAsync(consumer, 1));
        await consumer.SeekToEndAsync(Queue, Cancelled);
        cluster.Add(Queue);
        Assert.Equal([10L], await ReadAsync(consumer, 1));
        await consumer.SeekAsync(Queue, _clock.GetUtcNow(), Cancelled);
        Assert.Equal([2L], await ReadAsync(consumer, 1));

        Assert.Equal(5, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task A_seek_before_the_start_says_where_to_begin()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 10);
        await using var consumer = Subscribed(cluster);

        await consumer.SeekAsync(Queue, 7, Cancelled);

        Assert.Equal([7L, 8L, 9L], await ReadAsync(consumer, 3));
    }

    [Fact]
    public async Task A_paused_queue_gives_nothing_new_until_it_is_resumed()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 2);
        await using var consumer = Subscribed(cluster);
        await consumer.StartAsync(Cancelled);
        await Eventually.HoldsAsync(() => consumer.Queues.Count == 2, "two queues");
        consumer.Pause(Queue);
        cluster.Add(Queue);
        cluster.Add(Other);
        await using var stream = consumer.ReadAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(1, stream.Current.QueueId);
        var next = stream.MoveNextAsync().AsTask();
        for (var second = 0; second < 5; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(next.IsCompleted);

        consumer.Resume(Queue);
        await Eventually.HoldsAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(100));
                return next.IsCompleted;
            },
            "the message of the resumed queue");
        Assert.Equal(0, stream.Current.QueueId);
    }

    [Fact]
    public async Task With_automatic_commits_a_message_counts_when_the_next_one_is_asked_for()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 5);
        await using (var consumer = Subscribed(cluster, options => options.AutoCommit = true))
        {
            await ReadAsync(consumer, 3);
        }

        Assert.Equal(2, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task A_new_stream_goes_on_where_the_one_before_was_left_and_counts_what_that_gave()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 5);
        await using (var consumer = Subscribed(cluster, options => options.AutoCommit = true))
        {
            Assert.Equal([0L, 1L], await ReadAsync(consumer, 2));
            Assert.Equal([2L, 3L], await ReadAsync(consumer, 2));
        }

        Assert.Equal(3, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task Members_share_the_queues_and_one_that_leaves_hands_over_what_it_committed()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 2, 3);
        var first = Subscribed(cluster, id: "c0");
        await using var second = Subscribed(cluster, id: "c1");
        await first.StartAsync(Cancelled);
        await second.StartAsync(Cancelled);
        await NotifyAsync(first);
        await Eventually.HoldsAsync(() => first.Queues.SequenceEqual([Queue]) && second.Queues.SequenceEqual([Other]), "a queue each");
        Assert.Equal([0L, 1L], await ReadAsync(first, 2));
        await first.CommitAsync(Cancelled);

        await first.DisposeAsync();
        await NotifyAsync(second);

        Assert.Equal([0L, 1L, 2L, 2L], (await ReadAsync(second, 4)).Order());
    }

    [Fact]
    public async Task A_reset_from_outside_moves_the_stream_and_the_committed_offset()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 10);
        await using var consumer = Subscribed(cluster);
        await ReadAsync(consumer, 2);

        await consumer.HandleAsync(Requests.Reset(Queue, 8), Cancelled);

        Assert.Equal([8L], await ReadAsync(consumer, 1));
        Assert.Equal(8, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task Disposal_ends_the_stream_and_a_second_reader_is_refused()
    {
        var consumer = Subscribed(new MemoryCluster().WithTopic("orders", 1, 1));
        await using var stream = consumer.ReadAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await stream.MoveNextAsync());
        var next = stream.MoveNextAsync().AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(consumer, 1));

        await consumer.DisposeAsync();

        Assert.False(await next);
    }

    [Fact]
    public async Task Brokers_are_told_that_it_pulls_and_that_it_has_no_handler()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1);
        await using var consumer = Subscribed(cluster);
        await consumer.StartAsync(Cancelled);

        var info = Requests.RunningInfo(request => consumer.HandleAsync(request, Cancelled));
        Assert.Equal("CONSUME_ACTIVELY", info.Properties["PROP_CONSUME_TYPE"]);
        var parts = new MessageRecordParts { Body = new byte[4], Topic = "orders"u8.ToArray(), Properties = default };
        var record = new byte[parts.TotalSize];
        MessageRecordWriter.Write(record, parts);
        var answer = await consumer.HandleAsync(
            Requests.Of(RequestCode.ConsumeMessageDirectly, [("consumerGroup", "g"), ("clientId", "c0"), ("msgId", "1"), ("brokerName", "b")], record), Cancelled);
        Assert.Equal(ResponseCode.SystemError, answer!.ResponseCode);
    }

    private static async Task NotifyAsync(LitePullConsumer consumer) =>
        await consumer.HandleAsync(RemotingCommand.Request(RequestCode.NotifyConsumerIdsChanged), Cancelled);

    private static async Task<List<long>> ReadAsync(LitePullConsumer consumer, int count)
    {
        var offsets = new List<long>();
        await foreach (var message in consumer.ReadAsync(Cancelled))
        {
            offsets.Add(message.QueueOffset);
            if (offsets.Count == count)
            {
                break;
            }
        }

        return offsets;
    }

    private static LitePullConsumer Subscribed(MemoryCluster cluster, Action<LitePullConsumerOptions>? configure = null, string id = "c0")
    {
        var consumer = Lite(cluster, configure, id);
        consumer.Subscribe("orders");
        return consumer;
    }

    private static LitePullConsumer Lite(MemoryCluster cluster, Action<LitePullConsumerOptions>? configure = null, string id = "c0")
    {
        var options = new LitePullConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset };
        configure?.Invoke(options);
        return new LitePullConsumer("g", options, cluster.Client(id));
    }
}
