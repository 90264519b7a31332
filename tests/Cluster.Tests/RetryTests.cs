using Rocketeer.Client.Admin;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

public sealed class RetryTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_whose_handler_fails_comes_again_through_the_retry_topic(bool throws)
    {
        var topic = await fixture.NewTopicAsync();
        var group = ClusterFixture.NewName("group");
        await using var consumer = PushConsumerTests.CreateConsumer(fixture.Client, group, topic);
        var inbox = new Inbox();
        await consumer.StartAsync(async (message, cancellationToken) =>
        {
            await inbox.AcceptAsync(message, cancellationToken);
            return message.ReconsumeTimes > 0 ? ConsumeResult.Success
                : throws ? throw new InvalidOperationException("the handler is not ready")
                : ConsumeResult.RetryLater;
        });

        var sent = Assert.Single(await fixture.SendAsync(topic, ["again"], tag: "tag"));
        await inbox.HasCountAsync(2);

        var (first, second) = (inbox.Messages.First(), inbox.Messages.Last());
        Assert.Equal((0, 1), (first.ReconsumeTimes, second.ReconsumeTimes));
        Assert.Equal((topic, "again", "tag"), (second.Topic, Inbox.TextOf(second), second.Tags));
        Assert.Equal(sent.MessageId, second.MessageId);
        Assert.True(second.StoreTimestamp - first.StoreTimestamp >= 1000, "it came again without the delay");
        Assert.Equal(1, await MaxOffsetAsync(new MessageQueue(TopicNames.RetryOf(group), "broker-a", 0)));
    }

    [Fact]
    public async Task A_message_that_fails_to_the_end_becomes_a_dead_letter()
    {
        var topic = await fixture.NewTopicAsync();
        var group = ClusterFixture.NewName("group");
        await using var consumer = fixture.Client.CreatePushConsumer(
            group, options => (options.ConsumeFrom, options.MaxReconsumeTimes) = (ConsumeFrom.FirstOffset, 1));
        consumer.Subscribe(topic);
        var inbox = new Inbox();
        await consumer.StartAsync(async (message, cancellationToken) =>
        {
            await inbox.AcceptAsync(message, cancellationToken);
            throw new InvalidOperationException("never");
        });

        await fixture.SendAsync(topic, ["hopeless"]);
        var deadLetters = TopicNames.DeadLetterOf(group);
        await Eventually.HoldsAsync(async () => (await fixture.Admin.GetTopicsAsync()).Contains(deadLetters), () => $"{inbox.Messages.Count} deliveries");

        // Dead letter topics are written only until an administrator wants to read them.
        await fixture.Admin.CreateTopicAsync(
            fixture.Cluster.BrokerAddress, new TopicSettings { Topic = deadLetters, ReadQueues = 1, WriteQueues = 1, Permission = Permissions.ReadWrite });
        await Eventually.HoldsAsync(
            async () => await MaxOffsetAsync(new MessageQueue(deadLetters, "broker-a", 0)) == 1, () => "no dead letter was stored");
        await Eventually.HoldsAsync(async () => !(await fixture.Admin.GetRouteAsync(deadLetters)).SubscribeQueues.IsEmpty, () => "not readable");
        var dead = Assert.Single(await fixture.ReadStoredAsync(deadLetters, 1));
        Assert.Equal("hopeless", Inbox.TextOf(dead));
        Assert.Equal(topic, dead.Property(PropertyNames.RetryTopic));
        Assert.Equal([0, 1], inbox.Messages.Select(message => message.ReconsumeTimes));
    }

    [Fact]
    public async Task The_failing_half_of_a_batch_comes_again_and_the_other_does_not()
    {
        var topic = await fixture.NewTopicAsync(queues: 1);
        await fixture.SendAsync(topic, ClusterFixture.Texts(8));
        await using var consumer = fixture.Client.CreatePushConsumer(
            ClusterFixture.NewName("group"), options => (options.ConsumeFrom, options.BatchSize) = (ConsumeFrom.FirstOffset, 8));
        consumer.Subscribe(topic);
        var inbox = new Inbox();
        await consumer.StartBatchesAsync(async (messages, cancellationToken) =>
        {
            var done = 0;
            foreach (var message in messages)
            {
                var isRefused = message.ReconsumeTimes == 0 && int.Parse(Inbox.TextOf(message)[1..], null) >= 4;
                if (isRefused)
                {
                    break;
                }

                await inbox.AcceptAsync(message, cancellationToken);
                done++;
            }

            return new BatchConsumeResult(done);
        });

        await inbox.HasExactlyAsync(ClusterFixture.Texts(8));
        Assert.Equal(["m4", "m5", "m6", "m7"], inbox.Messages.Where(message => message.ReconsumeTimes == 1).Select(Inbox.TextOf).Order());
    }

    [Fact]
    public async Task A_message_that_a_pull_consumer_gives_back_comes_to_the_push_consumers_of_its_group()
    {
        var topic = await fixture.NewTopicAsync(queues: 1);
        var group = ClusterFixture.NewName("group");
        await fixture.SendAsync(topic, ["back"]);
        await fixture.ReadStoredAsync(topic, 1);
        await using var other = fixture.Cluster.CreateClient();
        await using (var pull = other.CreatePullConsumer(group))
        {
            var queue = Assert.Single(await pull.GetQueuesAsync(topic));
            await pull.SendBackAsync(Assert.Single((await pull.PullAsync(queue, 0)).Messages));
            await pull.CommitOffsetAsync(queue, 1);
        }

        await using var consumer = PushConsumerTests.CreateConsumer(fixture.Client, group, topic);
        var inbox = new Inbox();
        await consumer.StartAsync(inbox.AcceptAsync);

        await inbox.HasExactlyAsync(["back"]);
        Assert.Equal(1, inbox.Messages.Single().ReconsumeTimes);
    }

    private Task<long> MaxOffsetAsync(MessageQueue queue) => fixture.Admin.GetMaxOffsetAsync(queue);
}
