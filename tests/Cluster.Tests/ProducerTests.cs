using System.Text;
using Rocketeer.Client;
using Rocketeer.Client.Producing;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Cluster.Tests;

public sealed class ProducerTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task Sends_go_to_all_queues_in_turn()
    {
        var topic = await fixture.NewTopicAsync(queues: 4);

        var results = await fixture.SendAsync(topic, ClusterFixture.Texts(16));

        Assert.All(results, result => Assert.Equal(SendStatus.Stored, result.Status));
        Assert.Equal(16, results.Select(result => result.MessageId).Distinct().Count());
        var byQueue = results.GroupBy(result => result.Queue.QueueId).OrderBy(queue => queue.Key).ToList();
        Assert.Equal([0, 1, 2, 3], byQueue.Select(queue => queue.Key));
        Assert.All(byQueue, queue => Assert.Equal([0, 1, 2, 3], queue.Select(result => result.QueueOffset)));
    }

    [Fact]
    public async Task A_send_to_a_chosen_queue_goes_there_and_nowhere_else()
    {
        var topic = await fixture.NewTopicAsync();
        var queue = (await fixture.Producer.GetQueuesAsync(topic))[2];

        var results = await fixture.SendAsync(topic, ClusterFixture.Texts(5), queue);

        Assert.All(results, result => Assert.Equal(queue, result.Queue));
        Assert.Equal([0, 1, 2, 3, 4], results.Select(result => result.QueueOffset));
        Assert.Equal(ClusterFixture.Texts(5), (await fixture.ReadStoredAsync(topic, 5)).Select(Inbox.TextOf));
    }

    [Fact]
    public async Task Messages_with_one_order_key_lie_in_one_queue_in_the_order_they_were_sent()
    {
        var topic = await fixture.NewTopicAsync(queues: 4);
        string[] keys = ["anna", "ben", "cem", "dörte", "eva"];
        await Task.WhenAll(keys.Select(async key =>
        {
            for (var number = 0; number < 20; number++)
            {
                await fixture.Producer.SendAsync(ClusterFixture.Text(topic, $"{number}", key), key);
            }
        }));

        var stored = await fixture.ReadStoredAsync(topic, 100);

        Assert.Equal(keys.Length, stored.GroupBy(message => message.Tags).Count());
        Assert.All(stored.GroupBy(message => message.Tags), ofKey =>
        {
            Assert.Single(ofKey.Select(message => message.QueueId).Distinct());
            Assert.Equal(ClusterFixture.Texts(20, ""), ofKey.Select(Inbox.TextOf));
        });
    }

    [Fact]
    public async Task One_way_sends_arrive()
    {
        var topic = await fixture.NewTopicAsync();
        foreach (var text in ClusterFixture.Texts(20))
        {
            await fixture.Producer.SendOneWayAsync(ClusterFixture.Text(topic, text));
        }

        Assert.Equal(ClusterFixture.Texts(20).Order(), (await fixture.ReadStoredAsync(topic, 20)).Select(Inbox.TextOf).Order());
    }

    [Fact]
    public async Task A_batch_that_is_too_long_for_one_request_goes_in_several_and_every_message_has_its_place()
    {
        const int Most = 16 * 1024;
        var topic = await fixture.NewTopicAsync();
        await using var producer = fixture.Client.CreateProducer("batch-producer", options => options.MaxMessageBytes = Most);
        var messages = Enumerable.Range(0, 60)
            .Select(number => new Message(topic, Encoding.UTF8.GetBytes($"{number} {new string('x', 1000)}")) { Tag = $"t{number}" }).ToArray();

        var results = await producer.SendBatchAsync(messages);

        Assert.Equal(messages.Length, results.Count);
        Assert.True(results.Select(result => result.Queue).Distinct().Count() > 1, "60 KB went in one request of at most 16 KiB");
        var stored = (await fixture.ReadStoredAsync(topic, messages.Length)).ToDictionary(message => message.MessageId);
        Assert.Equal(messages.Length, stored.Count);
        for (var index = 0; index < messages.Length; index++)
        {
            var message = stored[results[index].MessageId];
            Assert.Equal(messages[index].Body.ToArray(), message.Body.ToArray());
            Assert.Equal(messages[index].Tag, message.Tags);
            Assert.Equal((results[index].Queue.QueueId, results[index].QueueOffset), (message.QueueId, message.QueueOffset));
            Assert.Equal(results[index].OffsetMessageId, message.OffsetMessageId.ToString());
        }
    }

    [Fact]
    public async Task A_large_body_is_stored_compressed_and_comes_back_as_it_was()
    {
        var topic = await fixture.NewTopicAsync();
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(number => $"line {number}\n")));

        await fixture.Producer.SendAsync(new Message(topic, body));

        var message = Assert.Single(await fixture.ReadStoredAsync(topic, 1));
        Assert.True(message.StoreSize < body.Length / 2, $"{message.StoreSize} bytes are stored for {body.Length}");
        Assert.Equal(body, message.Body.ToArray());
    }

    [Fact]
    public async Task Tag_keys_flag_and_properties_come_back_whatever_the_script()
    {
        var topic = await fixture.NewTopicAsync();
        var sent = new Message(topic, Encoding.UTF8.GetBytes("Grüße, 世界 🚀"))
        {
            Tag = "Straße",
            Keys = ["заказ-1", "k2"],
            Flag = 4711,
            Properties = { ["région"] = "Île-de-France", ["表情"] = "🚀 \"quoted\" \\ and = : , {}" },
        };

        var result = await fixture.Producer.SendAsync(sent);

        var message = Assert.Single(await fixture.ReadStoredAsync(topic, 1));
        Assert.Equal("Grüße, 世界 🚀", Inbox.TextOf(message));
        Assert.Equal("Straße", message.Tags);
        Assert.Equal("заказ-1 k2", message.Keys);
        Assert.Equal(4711, message.Flag);
        Assert.Equal("Île-de-France", message.Property("région"));
        Assert.Equal("🚀 \"quoted\" \\ and = : , {}", message.Property("表情"));
        Assert.Equal(result.MessageId, message.MessageId);
        Assert.Equal(result.OffsetMessageId, message.OffsetMessageId.ToString());
    }

    [Fact]
    public async Task A_delayed_message_appears_after_its_delay()
    {
        var topic = await fixture.NewTopicAsync();
        await fixture.Producer.SendAsync(new Message(topic, "later"u8.ToArray()) { DelayLevel = 1, Tag = "late" });

        var message = Assert.Single(await fixture.ReadStoredAsync(topic, 1));
        Assert.True(message.StoreTimestamp - message.BornTimestamp >= 1000, $"it appeared after {message.StoreTimestamp - message.BornTimestamp} ms");
        Assert.Equal(("later", "late", topic), (Inbox.TextOf(message), message.Tags, message.Topic));
    }

    [Fact]
    public async Task The_first_send_to_an_unknown_topic_creates_it()
    {
        var topic = ClusterFixture.NewName("automatic");

        var result = await fixture.Producer.SendAsync(ClusterFixture.Text(topic, "first"));

        Assert.Equal(SendStatus.Stored, result.Status);
        await Eventually.HoldsAsync(async () => (await fixture.Admin.GetTopicsAsync()).Contains(topic), () => "the topic is not registered");
        Assert.Equal(4, (await fixture.Admin.GetRouteAsync(topic)).PublishQueues.Length);
        Assert.Equal("first", Inbox.TextOf(Assert.Single(await fixture.ReadStoredAsync(topic, 1))));
    }

    [Fact]
    public async Task A_message_over_the_limit_is_refused_by_client_and_broker_and_the_next_one_is_not()
    {
        var topic = await fixture.NewTopicAsync();
        var tooLong = new Message(topic, new byte[4 * 1024 * 1024 + 1]);
        await Assert.ThrowsAsync<MessageIllegalException>(() => fixture.Producer.SendAsync(tooLong));

        await using var reckless = fixture.Client.CreateProducer(
            "reckless", options => (options.MaxMessageBytes, options.CompressFromBytes) = (8 * 1024 * 1024, int.MaxValue));
        var refused = await Assert.ThrowsAsync<BrokerRejectedException>(() => reckless.SendAsync(tooLong));

        Assert.Equal(ResponseCode.MessageIllegal, refused.ResponseCode);
        Assert.Equal(SendStatus.Stored, (await reckless.SendAsync(ClusterFixture.Text(topic, "short"))).Status);
        Assert.Single(await fixture.ReadStoredAsync(topic, 1));
    }
}
