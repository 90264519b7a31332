using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Producing;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Cluster.Tests;

public sealed class SqlFilterTests : IAsyncLifetime
{
    private InProcessCluster _cluster = null!;
    private RocketeerClient _client = null!;
    private Producer _producer = null!;
    private string _topic = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await InProcessCluster.StartAsync(options => options.EnablePropertyFilter = true);
        _client = _cluster.CreateClient();
        _producer = _client.CreateProducer("sql-producer", options => options.SendTimeout = TimeSpan.FromSeconds(10));
        _topic = ClusterFixture.NewName("topic");
        await ClusterFixture.CreateTopicAsync(_cluster, _client.Admin, _topic, queues: 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_push_consumer_gets_the_messages_that_satisfy_its_expression()
    {
        await using var consumer = _client.CreatePushConsumer(
            ClusterFixture.NewName("group"), options => options.ConsumeFrom = ConsumeFrom.FirstOffset);
        consumer.Subscribe(_topic, FilterExpression.Sql("region = 'eu' AND price BETWEEN 10 AND 20 OR TAGS IN ('urgent')"));
        var inbox = new Inbox();
        await SendAsync("before", ("region", "eu"), ("price", "15"));

        await consumer.StartAsync(inbox.AcceptAsync);
        await SendAsync("dear", ("region", "eu"), ("price", "25"));
        await SendAsync("far", ("region", "us"), ("price", "15"));
        await SendAsync("neither");
        await _producer.SendAsync(ClusterFixture.Text(_topic, "urgent", "urgent"));
        await SendAsync("last", ("region", "eu"), ("price", "10"));

        await inbox.HasExactlyAsync(["before", "urgent", "last"]);
    }

    [Fact]
    public async Task A_pull_consumer_gets_the_messages_that_satisfy_an_expression()
    {
        await SendAsync("cheap", ("price", "5"));
        await SendAsync("dear", ("price", "25"));
        await using var consumer = _client.CreatePullConsumer(ClusterFixture.NewName("group"));
        var queue = Assert.Single(await consumer.GetQueuesAsync(_topic));
        var end = 0L;
        await Eventually.HoldsAsync(async () => (end = await consumer.GetMaxOffsetAsync(queue)) == 2, () => $"{end} of 2 messages are stored");

        var found = await consumer.PullAsync(queue, 0, filter: FilterExpression.Sql("price > 10"));

        Assert.Equal(["dear"], found.Messages.Select(Inbox.TextOf));
        Assert.Equal(2, found.NextOffset);
        var refused = await Assert.ThrowsAsync<BrokerRejectedException>(
            () => consumer.PullAsync(queue, 0, filter: FilterExpression.Sql("price >")));
        Assert.Equal(ResponseCode.SubscriptionParseFailed, refused.ResponseCode);
    }

    [Fact]
    public async Task A_wrong_expression_fails_the_start_with_the_sentence_of_the_broker()
    {
        await using var consumer = _client.CreatePushConsumer(ClusterFixture.NewName("group"));
        consumer.Subscribe(_topic, FilterExpression.Sql("price > 'much'"));

        var refused = await Assert.ThrowsAsync<BrokerRejectedException>(() => consumer.StartAsync(new Inbox().AcceptAsync));

        Assert.Equal(ResponseCode.SubscriptionParseFailed, refused.ResponseCode);
        Assert.Contains("at character 9: only properties and numbers can be greater or less", refused.Message, StringComparison.Ordinal);
    }

    private async Task SendAsync(string text, params (string Name, string Value)[] properties)
    {
        var message = ClusterFixture.Text(_topic, text);
        foreach (var (name, value) in properties)
        {
            message.Properties[name] = value;
        }

        await _producer.SendAsync(message);
    }
}
