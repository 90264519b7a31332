using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

public sealed class PullConsumerTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>, IAsyncLifetime
{
    private PullConsumer _consumer = null!;

    public ValueTask InitializeAsync()
    {
        _consumer = fixture.Client.CreatePullConsumer(ClusterFixture.NewName("group"));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _consumer.DisposeAsync();

    [Fact]
    public async Task A_pull_gives_the_messages_from_an_offset_on_and_says_where_to_go_on()
    {
        var queue = await NewQueueAsync(messages: 10);

        var middle = await _consumer.PullAsync(queue, 4, maxMessages: 3);
        var rest = await _consumer.PullAsync(queue, middle.NextOffset);
        var end = await _consumer.PullAsync(queue, rest.NextOffset);

        Assert.Equal((PullStatus.Found, 7L, 0L, 10L), (middle.Status, middle.NextOffset, middle.MinOffset, middle.MaxOffset));
        Assert.Equal(["m4", "m5", "m6"], middle.Messages.Select(Inbox.TextOf));
        Assert.Equal(["m7", "m8", "m9"], rest.Messages.Select(Inbox.TextOf));
        Assert.Equal((PullStatus.NoNewMessage, 10L, 0), (end.Status, end.NextOffset, end.Messages.Count));
    }

    [Fact]
    public async Task A_pull_beyond_the_end_is_told_so_and_corrected()
    {
        var queue = await NewQueueAsync(messages: 3);

        var beyond = await _consumer.PullAsync(queue, 1000);

        Assert.Equal(PullStatus.OffsetIllegal, beyond.Status);
        Assert.InRange(beyond.NextOffset, 0, 3);
        Assert.Empty(beyond.Messages);
    }

    [Fact]
    public async Task A_pull_with_tags_gives_only_these()
    {
        var queue = await NewQueueAsync(messages: 0);
        await fixture.SendAsync(queue.Topic, ["a"], queue, "A");
        await fixture.SendAsync(queue.Topic, ["b"], queue, "B");
        await fixture.SendAsync(queue.Topic, ["none"], queue);
        await HasAsync(queue, 3);

        var found = await _consumer.PullAsync(queue, 0, filter: "B || C");
        var nothing = await _consumer.PullAsync(queue, 0, filter: "D");

        Assert.Equal(["b"], found.Messages.Select(Inbox.TextOf));
        Assert.Equal((PullStatus.NoMatchedMessage, 3L), (nothing.Status, nothing.NextOffset));
    }

    [Fact]
    public async Task A_waiting_pull_wakes_when_a_message_arrives()
    {
        var queue = await NewQueueAsync(messages: 0);

        // The broker would hold this one for 20 s.
        var waiting = _consumer.PullOrWaitAsync(queue, 0);
        await fixture.SendAsync(queue.Topic, ["wake up"], queue);
        var begin = TimeProvider.System.GetTimestamp();
        var woken = await Eventually.CompletesAsync(waiting);

        Assert.Equal("wake up", Inbox.TextOf(Assert.Single(woken.Messages)));
        Assert.True(TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromSeconds(5), "it slept on");
    }

    [Fact]
    public async Task A_waiting_pull_sleeps_on_when_the_arriving_message_has_another_tag()
    {
        var queue = await NewQueueAsync(messages: 0);

        var waiting = ReadNextAsync(queue, "wanted");
        await fixture.SendAsync(queue.Topic, ["no"], queue, "other");
        await fixture.SendAsync(queue.Topic, ["yes"], queue, "wanted");

        Assert.Equal("yes", Inbox.TextOf(await Eventually.CompletesAsync(waiting)));
    }

    [Fact]
    public async Task A_committed_offset_is_the_groups_for_whoever_asks_next()
    {
        var queue = await NewQueueAsync(messages: 10);

        await _consumer.CommitOffsetAsync(queue, 7);

        await using var other = fixture.Cluster.CreateClient();
        await using var sameGroup = other.CreatePullConsumer(_consumer.Group);
        await Eventually.HoldsAsync(async () => await sameGroup.FetchOffsetAsync(queue) == 7, () => "the offset did not arrive");
        Assert.Equal(7, await fixture.Admin.GetConsumerOffsetAsync(_consumer.Group, queue));
    }

    [Fact]
    public async Task Offsets_are_found_by_time()
    {
        var queue = await NewQueueAsync(messages: 5);
        var stored = (await _consumer.PullAsync(queue, 0)).Messages;
        var last = DateTimeOffset.FromUnixTimeMilliseconds(stored[4].StoreTimestamp);

        Assert.Equal(0, await _consumer.SearchOffsetAsync(queue, DateTimeOffset.FromUnixTimeMilliseconds(stored[0].StoreTimestamp - 60_000)));
        Assert.InRange(await _consumer.SearchOffsetAsync(queue, last), 0, 4);
        Assert.Equal((0L, 5L), (await _consumer.GetMinOffsetAsync(queue), await _consumer.GetMaxOffsetAsync(queue)));
    }

    [Fact]
    public async Task Reading_all_gives_every_message_with_the_tag_and_the_offsets_are_kept()
    {
        var topic = await fixture.NewTopicAsync(queues: 4);
        await fixture.SendAsync(topic, ClusterFixture.Texts(50, "yes"), tag: "A");
        await fixture.SendAsync(topic, ClusterFixture.Texts(50, "no"), tag: "B");

        var first = await ReadAsync(_consumer, topic, "A", 50);
        await fixture.SendAsync(topic, ClusterFixture.Texts(10, "more"), tag: "A");
        await _consumer.DisposeAsync();
        await using var again = fixture.Client.CreatePullConsumer(_consumer.Group);
        var second = await ReadAsync(again, topic, "A", 10);

        Assert.Equal(ClusterFixture.Texts(50, "yes").Order(), first.Order());
        Assert.Equal(ClusterFixture.Texts(10, "more").Order(), second.Order());
    }

    [Fact]
    public async Task A_pull_from_a_queue_that_does_not_exist_is_refused_with_the_reason()
    {
        var queue = await NewQueueAsync(messages: 1);

        var refused = await Assert.ThrowsAsync<BrokerRejectedException>(() => _consumer.PullAsync(queue with { QueueId = 99 }, 0));
        var unknown = await Assert.ThrowsAsync<BrokerRejectedException>(() => _consumer.PullAsync(queue with { Topic = "nobody-made-it" }, 0));

        Assert.Equal((ResponseCode.SystemError, ResponseCode.TopicNotExist), (refused.ResponseCode, unknown.ResponseCode));
        Assert.Contains("99", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<List<string>> ReadAsync(PullConsumer consumer, string topic, string tag, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        var texts = new List<string>();
        await foreach (var message in consumer.ReadAllAsync(topic, tag, patience.Token))
        {
            texts.Add(Inbox.TextOf(message));
            if (texts.Count == count)
            {
                // A message counts as consumed when the next one is asked for, and here nobody asks.
                consumer.SetOffset(new MessageQueue(topic, message.BrokerName, message.QueueId), message.QueueOffset + 1);
                break;
            }
        }

        return texts;
    }

    private async Task<MessageExt> ReadNextAsync(MessageQueue queue, string tag)
    {
        for (var offset = 0L; ;)
        {
            var result = await _consumer.PullOrWaitAsync(queue, offset, filter: tag);
            if (result.Messages.Count > 0)
            {
                return result.Messages[0];
            }

            offset = result.NextOffset;
        }
    }

    private async Task<MessageQueue> NewQueueAsync(int messages)
    {
        var topic = await fixture.NewTopicAsync(queues: 1);
        var queue = Assert.Single(await _consumer.GetQueuesAsync(topic));
        await fixture.SendAsync(topic, ClusterFixture.Texts(messages));
        await HasAsync(queue, messages);
        return queue;
    }

    private Task HasAsync(MessageQueue queue, int messages) =>
        Eventually.HoldsAsync(async () => await _consumer.GetMaxOffsetAsync(queue) == messages, () => $"not {messages} messages in {queue}");
}
