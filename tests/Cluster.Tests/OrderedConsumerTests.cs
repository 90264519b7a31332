using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

public sealed class OrderedConsumerTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task Messages_of_a_key_come_in_the_order_in_which_they_were_sent()
    {
        var topic = await fixture.NewTopicAsync();
        await using var consumer = Create(fixture.Client, ClusterFixture.NewName("group"), topic);
        var inbox = new Inbox();
        await consumer.StartOrderlyAsync((message, token) => AcceptAsync(inbox, message, token));

        for (var number = 0; number < 100; number++)
        {
            await fixture.Producer.SendAsync(ClusterFixture.Text(topic, $"{number % 5}:{number}"), $"{number % 5}");
        }

        await inbox.HasCountAsync(100);
        foreach (var ofKey in inbox.Texts.Select(text => text.Split(':')).GroupBy(parts => parts[0], parts => int.Parse(parts[1])))
        {
            Assert.Equal(ofKey.Order(), ofKey);
        }
    }

    [Fact]
    public async Task The_first_message_comes_at_once_and_not_with_the_next_renewal_of_locks()
    {
        var topic = await fixture.NewTopicAsync();
        await fixture.SendAsync(topic, ClusterFixture.Texts(4));
        await using var consumer = Create(fixture.Client, ClusterFixture.NewName("group"), topic);
        var inbox = new Inbox();
        var begin = TimeProvider.System.GetTimestamp();

        await consumer.StartOrderlyAsync((message, token) => AcceptAsync(inbox, message, token));

        await inbox.HasCountAsync(4);
        Assert.True(TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_message_that_fails_too_often_is_found_among_the_dead_letters_and_the_next_one_is_handled()
    {
        var topic = await fixture.NewTopicAsync(queues: 1);
        var group = ClusterFixture.NewName("group");
        await fixture.SendAsync(topic, ["bad", "good"]);
        await using var consumer = fixture.Client.CreatePushConsumer(
            group, options => (options.ConsumeFrom, options.MaxReconsumeTimes) = (ConsumeFrom.FirstOffset, 2));
        consumer.Subscribe(topic);
        var calls = new ConcurrentQueue<string>();

        await consumer.StartOrderlyAsync((message, _) =>
        {
            calls.Enqueue(Inbox.TextOf(message));
            return ValueTask.FromResult(
                Inbox.TextOf(message) == "bad" ? OrderedResult.SuspendFor(TimeSpan.FromMilliseconds(10)) : OrderedResult.Success);
        });

        await Eventually.HoldsAsync(() => calls.Contains("good"), () => string.Join(' ', calls));

        // It comes a few times more while the retry topic, through which dead letters go, is not known everywhere yet.
        Assert.Equal(["bad", "bad", "bad"], calls.Take(3));
        var deadLetters = TopicNames.DeadLetterOf(group);
        await Eventually.HoldsAsync(async () => (await fixture.Admin.GetTopicsAsync()).Contains(deadLetters), () => "no dead letter topic");
        await Eventually.HoldsAsync(
            async () => (await fixture.Admin.GetTopicStatsAsync(deadLetters)).OffsetTable.Values.Sum(queue => queue.MaxOffset) == 1,
            () => "no dead letter");
    }

    [Fact]
    public async Task A_queue_goes_to_the_member_that_stays_and_its_order_with_it()
    {
        var topic = await fixture.NewTopicAsync(queues: 4);
        var group = ClusterFixture.NewName("group");
        var inbox = new Inbox();
        await using var otherClient = fixture.Cluster.CreateClient();
        await using var first = Create(fixture.Client, group, topic);
        var second = Create(otherClient, group, topic);
        await first.StartOrderlyAsync((message, token) => AcceptAsync(inbox, message, token));
        await second.StartOrderlyAsync((message, token) => AcceptAsync(inbox, message, token));
        await Eventually.HoldsAsync(
            () => Of(first, topic).Length == 2 && Of(second, topic).Length == 2, () => $"{Of(first, topic).Length} and {Of(second, topic).Length}");

        await fixture.SendAsync(topic, ClusterFixture.Texts(40, "a"));
        await second.DisposeAsync();
        await fixture.SendAsync(topic, ClusterFixture.Texts(40, "b"));

        await inbox.HasExactlyAsync([.. ClusterFixture.Texts(40, "a"), .. ClusterFixture.Texts(40, "b")]);
        foreach (var ofQueue in inbox.Messages.GroupBy(message => message.QueueId, message => message.QueueOffset))
        {
            Assert.Equal(ofQueue.Order(), ofQueue);
        }
    }

    [Fact]
    public async Task A_registered_ordered_handler_gets_the_messages_of_a_queue_in_order()
    {
        var topic = await fixture.NewTopicAsync(queues: 1);
        await fixture.SendAsync(topic, ClusterFixture.Texts(20));
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<Inbox>();
        builder.Services.AddRocketeer(options => options.NameServers = fixture.Cluster.NameServers)
            .AddOrderedConsumer<Handler>(topic, ClusterFixture.NewName("group"), configure: options => options.ConsumeFrom = ConsumeFrom.FirstOffset);
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        var inbox = host.Services.GetRequiredService<Inbox>();
        await inbox.HasCountAsync(20);
        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ClusterFixture.Texts(20), inbox.Texts);
    }

    private static MessageQueue[] Of(PushConsumer consumer, string topic) => [.. consumer.Queues.Where(queue => queue.Topic == topic)];

    private static PushConsumer Create(RocketeerClient client, string group, string topic)
    {
        var consumer = client.CreatePushConsumer(group, options => options.ConsumeFrom = ConsumeFrom.FirstOffset);
        consumer.Subscribe(topic);
        return consumer;
    }

    private static async ValueTask<OrderedResult> AcceptAsync(Inbox inbox, MessageExt message, CancellationToken cancellationToken)
    {
        await inbox.AcceptAsync(message, cancellationToken);
        return OrderedResult.Success;
    }

    private sealed class Handler(Inbox inbox) : IOrderedMessageHandler
    {
        public ValueTask<OrderedResult> HandleAsync(MessageExt message, CancellationToken cancellationToken) =>
            AcceptAsync(inbox, message, cancellationToken);
    }
}
