using System.Collections.Concurrent;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Consuming;

public sealed class RebalanceTests
{
    private static readonly CancellationToken Token = CancellationToken.None;

    [Fact]
    public async Task Members_that_join_and_leave_at_random_lose_no_queue_and_share_none()
    {
        const int Seed = 20261122;
        var random = new Random(Seed);
        var cluster = new MemoryCluster().WithTopic("orders", 13);
        var consumers = new Dictionary<string, PushConsumer>();
        var seen = new ConcurrentDictionary<(int, long), byte>();
        for (var round = 0; round < 30; round++)
        {
            var id = $"c{random.Next(5)}";
            if (consumers.Remove(id, out var leaving))
            {
                await leaving.DisposeAsync();
            }
            else
            {
                consumers[id] = Consumer(cluster, id);
                await consumers[id].StartAsync((message, _) =>
                {
                    seen.TryAdd((message.QueueId, message.QueueOffset), 0);
                    return new(Rocketeer.Client.Consuming.ConsumeResult.Success);
                }, Token);
            }

            foreach (var queue in cluster.QueuesOf("orders"))
            {
                cluster.Add(queue);
            }

            await NotifyAsync(consumers.Values);
            await Eventually.HoldsAsync(
                () => consumers.Count == 0
                    || consumers.Values.SelectMany(consumer => consumer.Queues).Where(IsOrder).Order().SequenceEqual(cluster.QueuesOf("orders")),
                $"every queue has one owner (seed {Seed}, round {round})");
        }

        consumers["last"] = Consumer(cluster, "last");
        await consumers["last"].StartAsync((message, _) =>
        {
            seen.TryAdd((message.QueueId, message.QueueOffset), 0);
            return new(Rocketeer.Client.Consuming.ConsumeResult.Success);
        }, Token);
        await NotifyAsync(consumers.Values);
        await Eventually.HoldsAsync(() => seen.Count == 13 * 30, $"every message was consumed (seed {Seed})");
        foreach (var consumer in consumers.Values)
        {
            await consumer.DisposeAsync();
        }
    }

    [Fact]
    public async Task Queues_stay_when_the_members_cannot_be_asked_for()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 4);
        await using var consumer = Consumer(cluster, "c0");
        await consumer.StartAsync((_, _) => new(Rocketeer.Client.Consuming.ConsumeResult.Success), Token);
        await Eventually.HoldsAsync(() => consumer.Queues.Count == 4, "four queues");

        cluster.MembersFail = true;
        await NotifyAsync([consumer]);

        Assert.Equal(4, consumer.Queues.Count);
    }

    [Fact]
    public async Task A_reset_moves_only_the_listed_queues_and_delivers_them_again()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 2, 3);
        var seen = new ConcurrentBag<int>();
        await using var consumer = Consumer(cluster, "c0");
        await consumer.StartAsync((message, _) =>
        {
            seen.Add(message.QueueId);
            return new(Rocketeer.Client.Consuming.ConsumeResult.Success);
        }, Token);
        await Eventually.HoldsAsync(() => seen.Count == 6, "six messages");

        await consumer.HandleAsync(Requests.Reset(new MessageQueue("orders", "broker-a", 1), 1), Token);

        await Eventually.HoldsAsync(() => seen.Count == 8, "two messages again");
        Assert.Equal(3, seen.Count(id => id == 0));
    }

    [Fact]
    public async Task Running_info_and_status_tell_of_queues_and_offsets()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 2, 3);
        await using var consumer = Consumer(cluster, "c0");
        await consumer.StartAsync((_, _) => new(Rocketeer.Client.Consuming.ConsumeResult.Success), Token);
        var queue = new MessageQueue("orders", "broker-a", 1);
        GetConsumerStatusBody? status = null;
        await Eventually.HoldsAsync(
            () =>
            {
                var answer = consumer.HandleAsync(
                    Requests.Of(RequestCode.GetConsumerStatusFromClient, [("topic", "orders"), ("group", "g")]), Token).AsTask().Result;
                status = BodyJson.Deserialize<GetConsumerStatusBody>(answer!.Body.Span);
                return status.MessageQueueTable.GetValueOrDefault(queue) == 3;
            },
            "the offset of queue 1");

        var info = await consumer.HandleAsync(
            Requests.Of(RequestCode.GetConsumerRunningInfo, [("consumerGroup", "g"), ("clientId", "c0")]), Token);

        var running = BodyJson.Deserialize<ConsumerRunningInfo>(info!.Body.Span);
        Assert.Equal(3, running.MqTable[queue].CommitOffset);
        Assert.Equal("CONSUME_PASSIVELY", running.Properties["PROP_CONSUME_TYPE"]);
        Assert.Equal(["%RETRY%g", "orders"], running.SubscriptionSet.Select(subscription => subscription.Topic).Order());
    }

    private static async Task NotifyAsync(IEnumerable<PushConsumer> consumers)
    {
        foreach (var consumer in consumers)
        {
            await consumer.HandleAsync(RemotingCommand.Request(RequestCode.NotifyConsumerIdsChanged), Token);
        }
    }

    private static bool IsOrder(MessageQueue queue) => queue.Topic == "orders";

    private static PushConsumer Consumer(MemoryCluster cluster, string id)
    {
        var consumer = new PushConsumer("g", new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset }, cluster.Client(id));
        consumer.Subscribe("orders");
        return consumer;
    }
}
