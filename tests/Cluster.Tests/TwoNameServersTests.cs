using Rocketeer.Client;
using Rocketeer.Client.Producing;

namespace Rocketeer.Cluster.Tests;

public sealed class TwoNameServersTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Clients_and_broker_go_on_when_one_of_two_name_servers_dies(int victim)
    {
        await using var cluster = await InProcessCluster.StartAsync(nameServers: 2);
        await using var client = cluster.CreateClient();
        await using var producer = client.CreateProducer("producer");
        await ClusterFixture.CreateTopicAsync(cluster, client.Admin, "before", 2);
        await using var consumer = PushConsumerTests.CreateConsumer(client, "group", "before");
        var inbox = new Inbox();
        await consumer.StartAsync(inbox.AcceptAsync);
        await SendAsync(producer, "before", "1");
        await inbox.HasAllAsync(["1"]);

        await cluster.StopNameServerAsync(victim);

        // What was there goes on, and what is new becomes known: a topic, a consumer, a client that knows both addresses.
        await SendAsync(producer, "before", "2");
        await inbox.HasAllAsync(["1", "2"]);
        await ClusterFixture.CreateTopicAsync(cluster, client.Admin, "after", 2);
        await using var newClient = cluster.CreateClient();
        await using var newConsumer = PushConsumerTests.CreateConsumer(newClient, "new-group", "after");
        var newInbox = new Inbox();
        await newConsumer.StartAsync(newInbox.AcceptAsync);
        await SendAsync(producer, "after", "3");
        await newInbox.HasExactlyAsync(["3"]);
    }

    [Fact]
    public async Task Without_any_name_server_known_topics_go_on_and_unknown_ones_fail_with_the_reason()
    {
        await using var cluster = await InProcessCluster.StartAsync();
        await using var client = cluster.CreateClient();
        await using var producer = client.CreateProducer("producer");
        await ClusterFixture.CreateTopicAsync(cluster, client.Admin, "known", 2);
        await SendAsync(producer, "known", "1");

        await cluster.StopNameServerAsync(0);

        await SendAsync(producer, "known", "2");
        await Assert.ThrowsAsync<NameServerUnavailableException>(() => SendAsync(producer, "unknown", "3"));
    }

    private static async Task SendAsync(Producer producer, string topic, string text) =>
        Assert.Equal(SendStatus.Stored, (await producer.SendAsync(ClusterFixture.Text(topic, text))).Status);
}
