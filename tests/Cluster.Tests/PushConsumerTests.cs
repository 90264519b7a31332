using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

public sealed class PushConsumerTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task A_single_consumer_gets_every_message_once()
    {
        var topic = await fixture.NewTopicAsync();
        await fixture.SendAsync(topic, ClusterFixture.Texts(50, "before"));
        await using var consumer = CreateConsumer(fixture.Client, ClusterFixture.NewName("group"), topic);
        var inbox = new Inbox();

        await consumer.StartAsync(inbox.AcceptAsync);
        await fixture.SendAsync(topic, ClusterFixture.Texts(50, "after"));

        await inbox.HasExactlyAsync([.. ClusterFixture.Texts(50, "before"), .. ClusterFixture.Texts(50, "after")]);
        Assert.All(inbox.Messages, message => Assert.Equal((topic, "broker-a", 0), (message.Topic, message.BrokerName, message.ReconsumeTimes)));
    }

    [Fact]
    public async Task A_batch_handler_gets_batches_of_one_queue_up_to_its_size()
    {
        var topic = await fixture.NewTopicAsync(queues: 2);
        await fixture.SendAsync(topic, ClusterFixture.Texts(40));
        await fixture.ReadStoredAsync(topic, 40);
        await using var consumer = fixture.Client.CreatePushConsumer(
            ClusterFixture.NewName("group"), options => (options.ConsumeFrom, options.BatchSize) = (ConsumeFrom.FirstOffset, 8));
        consumer.Subscribe(topic);
        var inbox = new Inbox();
        var sizes = new List<(int Size, int Queues)>();

        await consumer.StartBatchesAsync(async (messages, cancellationToken) =>
        {
            lock (sizes)
            {
                sizes.Add((messages.Count, messages.Select(message => message.QueueId).Distinct().Count()));
            }

            foreach (var message in messages)
            {
                await inbox.AcceptAsync(message, cancellationToken);
            }

            return BatchConsumeResult.Success;
        });

        await inbox.HasExactlyAsync(ClusterFixture.Texts(40));
        Assert.All(sizes, batch => Assert.True(batch is { Size: <= 8, Queues: 1 }, $"{batch}"));
        Assert.Contains(sizes, batch => batch.Size > 1);
    }

    [Fact]
    public async Task Only_messages_with_a_subscribed_tag_are_delivered()
    {
        var topic = await fixture.NewTopicAsync();
        await using var consumer = fixture.Client.CreatePushConsumer(
            ClusterFixture.NewName("group"), options => options.ConsumeFrom = ConsumeFrom.FirstOffset);
        consumer.Subscribe(topic, "paid || Straße");
        var inbox = new Inbox();
        await consumer.StartAsync(inbox.AcceptAsync);

        foreach (var (tag, text) in new[] { ("paid", "1"), ("open", "2"), ("Straße", "3"), (null, "4"), ("Paid", "5") })
        {
            await fixture.Producer.SendAsync(ClusterFixture.Text(topic, text, tag), (await fixture.Producer.GetQueuesAsync(topic))[0]);
        }

        // All lie in one queue, so nothing that is before the last one can still come.
        await fixture.Producer.SendAsync(ClusterFixture.Text(topic, "end", "paid"), (await fixture.Producer.GetQueuesAsync(topic))[0]);
        await inbox.HasExactlyAsync(["1", "3", "end"]);
    }

    [Fact]
    public async Task Two_consumers_of_a_group_divide_the_queues_and_one_takes_over_when_the_other_leaves()
    {
        var topic = await fixture.NewTopicAsync(queues: 4);
        var group = ClusterFixture.NewName("group");
        await using var firstClient = fixture.Cluster.CreateClient();
        await using var secondClient = fixture.Cluster.CreateClient();
        await using var first = CreateConsumer(firstClient, group, topic);
        await using var second = CreateConsumer(secondClient, group, topic);
        var (firstInbox, secondInbox) = (new Inbox(), new Inbox());

        await first.StartAsync(firstInbox.AcceptAsync);
        await second.StartAsync(secondInbox.AcceptAsync);
        await HoldAsync(topic, (first, 2), (second, 2));
        Assert.Empty(QueuesOf(first, topic).Intersect(QueuesOf(second, topic)));

        await fixture.SendAsync(topic, ClusterFixture.Texts(40, "both"));
        await HaveAllAsync(ClusterFixture.Texts(40, "both"), firstInbox, secondInbox);
        Assert.Equal((20, 20), (firstInbox.Messages.Count, secondInbox.Messages.Count));

        await second.DisposeAsync();
        await HoldAsync(topic, (first, 4));
        await fixture.SendAsync(topic, ClusterFixture.Texts(20, "alone"));
        await firstInbox.HasAllAsync(ClusterFixture.Texts(20, "alone"));
        Assert.Equal(20, secondInbox.Messages.Count);
    }

    [Fact]
    public async Task A_consumer_that_leaves_under_traffic_loses_nothing()
    {
        var topic = await fixture.NewTopicAsync();
        var group = ClusterFixture.NewName("group");
        var (firstInbox, secondInbox) = (new Inbox(), new Inbox());
        var texts = ClusterFixture.Texts(600);
        await using var client = fixture.Cluster.CreateClient();
        var first = CreateConsumer(client, group, topic);
        await first.StartAsync(async (message, cancellationToken) =>
        {
            await Task.Yield();
            return await firstInbox.AcceptAsync(message, cancellationToken);
        });

        var sending = fixture.SendAsync(topic, texts);
        await firstInbox.HasCountAsync(50);
        await first.DisposeAsync();
        var heldByFirst = firstInbox.Messages.Count;
        await using var second = CreateConsumer(fixture.Client, group, topic);
        await second.StartAsync(secondInbox.AcceptAsync);
        await sending;

        await HaveAllAsync(texts, firstInbox, secondInbox);
        Assert.Equal(heldByFirst, firstInbox.Messages.Count);
        Assert.NotEmpty(secondInbox.Messages);
    }

    [Fact]
    public async Task A_slow_handler_holds_no_more_messages_than_the_limit_of_the_queue()
    {
        const int Limit = 10;
        const int Pull = 4;
        var topic = await fixture.NewTopicAsync(queues: 1);
        await fixture.SendAsync(topic, ClusterFixture.Texts(200));
        await using var consumer = fixture.Client.CreatePushConsumer(ClusterFixture.NewName("group"), options =>
        {
            options.ConsumeFrom = ConsumeFrom.FirstOffset;
            options.MaxCachedPerQueue = Limit;
            options.PullBatchSize = Pull;
            options.ConsumeThreads = 200;
        });
        consumer.Subscribe(topic);
        var inbox = new Inbox();
        var (held, peak) = (0, 0);
        var gate = new Lock();

        await consumer.StartAsync(async (message, cancellationToken) =>
        {
            lock (gate)
            {
                peak = Math.Max(peak, ++held);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            lock (gate)
            {
                held--;
            }

            return await inbox.AcceptAsync(message, cancellationToken);
        });

        await inbox.HasExactlyAsync(ClusterFixture.Texts(200));
        Assert.InRange(peak, 2, Limit + Pull);
    }

    [Fact]
    public async Task A_new_group_with_first_offset_begins_at_the_first_message()
    {
        var topic = await fixture.NewTopicAsync();
        await fixture.SendAsync(topic, ClusterFixture.Texts(8));
        await using var consumer = CreateConsumer(fixture.Client, ClusterFixture.NewName("group"), topic);
        var inbox = new Inbox();

        await consumer.StartAsync(inbox.AcceptAsync);

        await inbox.HasExactlyAsync(ClusterFixture.Texts(8));
    }

    [Fact]
    public async Task A_committed_offset_goes_before_any_wish_where_to_begin()
    {
        var topic = await fixture.NewTopicAsync(queues: 1);
        var group = ClusterFixture.NewName("group");
        await fixture.SendAsync(topic, ClusterFixture.Texts(8));
        await fixture.ReadStoredAsync(topic, 8);
        await fixture.Admin.SetConsumerOffsetAsync(group, new MessageQueue(topic, "broker-a", 0), 5);
        await using var consumer = CreateConsumer(fixture.Client, group, topic);
        var inbox = new Inbox();

        await consumer.StartAsync(inbox.AcceptAsync);

        await inbox.HasExactlyAsync(["m5", "m6", "m7"]);
    }

    [Fact]
    public async Task A_consumer_started_before_its_topic_exists_gets_the_messages_once_it_does()
    {
        var topic = ClusterFixture.NewName("later");
        await using var client = fixture.Cluster.CreateClient();
        await using var consumer = CreateConsumer(client, ClusterFixture.NewName("group"), topic);
        var inbox = new Inbox();
        await consumer.StartAsync(inbox.AcceptAsync);

        await fixture.SendAsync(topic, ClusterFixture.Texts(4));

        await inbox.HasExactlyAsync(ClusterFixture.Texts(4));
    }

    [Fact]
    public async Task A_paused_consumer_gets_nothing_new_until_it_resumes()
    {
        var topic = await fixture.NewTopicAsync(queues: 1);
        await using var consumer = CreateConsumer(fixture.Client, ClusterFixture.NewName("group"), topic);
        var inbox = new Inbox();
        consumer.Pause();
        await consumer.StartAsync(inbox.AcceptAsync);
        await HoldAsync(topic, (consumer, 1));
        await fixture.SendAsync(topic, ClusterFixture.Texts(4));
        Assert.Empty(inbox.Messages);

        consumer.Resume();

        await inbox.HasExactlyAsync(ClusterFixture.Texts(4));
    }

    internal static PushConsumer CreateConsumer(RocketeerClient client, string group, string topic)
    {
        var consumer = client.CreatePushConsumer(group, options => options.ConsumeFrom = ConsumeFrom.FirstOffset);
        consumer.Subscribe(topic);
        return consumer;
    }

    internal static IEnumerable<MessageQueue> QueuesOf(PushConsumer consumer, string topic) => consumer.Queues.Where(queue => queue.Topic == topic);

    private static Task HoldAsync(string topic, params (PushConsumer Consumer, int Queues)[] shares) => Eventually.HoldsAsync(
        () => shares.All(share => QueuesOf(share.Consumer, topic).Count() == share.Queues),
        () => $"queues held: {string.Join(", ", shares.Select(share => QueuesOf(share.Consumer, topic).Count()))}");

    private static Task HaveAllAsync(string[] texts, Inbox first, Inbox second) => Eventually.HoldsAsync(
        () => !texts.Except([.. first.Texts, .. second.Texts]).Any(),
        () => $"missing: {string.Join(' ', texts.Except([.. first.Texts, .. second.Texts]).Take(20))}");
}
