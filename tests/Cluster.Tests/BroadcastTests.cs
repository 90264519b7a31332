using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.TestKit;

namespace Rocketeer.Cluster.Tests;

public sealed class BroadcastTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>, IDisposable
{
    private readonly TempDirectory _offsets = new();

    public void Dispose() => _offsets.Dispose();

    [Fact]
    public async Task Every_consumer_gets_every_message_once()
    {
        var topic = await fixture.NewTopicAsync();
        var group = ClusterFixture.NewName("group");
        await using var otherClient = fixture.Cluster.CreateClient();
        await using var one = CreateConsumer(fixture.Client, group, topic, "one");
        await using var two = CreateConsumer(otherClient, group, topic, "two");
        var (inboxOfOne, inboxOfTwo) = (new Inbox(), new Inbox());
        await one.StartAsync(inboxOfOne.AcceptAsync);
        await two.StartAsync(inboxOfTwo.AcceptAsync);

        await fixture.SendAsync(topic, ClusterFixture.Texts(40));

        await inboxOfOne.HasExactlyAsync(ClusterFixture.Texts(40));
        await inboxOfTwo.HasExactlyAsync(ClusterFixture.Texts(40));
        Assert.Equal(4, one.Queues.Count);
        Assert.Equal(4, two.Queues.Count);
    }

    [Fact]
    public async Task A_restarted_consumer_goes_on_where_its_offset_file_says()
    {
        var topic = await fixture.NewTopicAsync();
        var group = ClusterFixture.NewName("group");
        var (before, after) = (new Inbox(), new Inbox());
        await using (var client = fixture.Cluster.CreateClient())
        await using (var consumer = CreateConsumer(client, group, topic, "one"))
        {
            await consumer.StartAsync(before.AcceptAsync);
            await fixture.SendAsync(topic, ClusterFixture.Texts(20, "before"));
            await before.HasExactlyAsync(ClusterFixture.Texts(20, "before"));
        }

        await fixture.SendAsync(topic, ClusterFixture.Texts(20, "while-away"));
        await using var again = CreateConsumer(fixture.Client, group, topic, "one");
        await again.StartAsync(after.AcceptAsync);
        await fixture.SendAsync(topic, ClusterFixture.Texts(20, "after"));

        await after.HasExactlyAsync([.. ClusterFixture.Texts(20, "while-away"), .. ClusterFixture.Texts(20, "after")]);
        Assert.True(File.Exists(_offsets["one", group, "offsets.json"]));
    }

    private PushConsumer CreateConsumer(RocketeerClient client, string group, string topic, string owner)
    {
        var consumer = client.CreatePushConsumer(group, options =>
        {
            options.Model = MessageModel.Broadcasting;
            options.ConsumeFrom = ConsumeFrom.FirstOffset;
            options.OffsetDirectory = _offsets.Path;
            options.OffsetOwner = owner;
        });
        consumer.Subscribe(topic);
        return consumer;
    }
}
