using Rocketeer.Client;
using Rocketeer.Client.Producing;

namespace Rocketeer.Cluster.Tests;

public sealed class BrokerRestartTests
{
    [Fact]
    public async Task A_producer_fails_with_a_reason_while_the_broker_is_away_and_works_again_when_it_is_back_at_another_port()
    {
        await using var cluster = await InProcessCluster.StartAsync();
        await using var client = cluster.CreateClient();
        await using var producer = client.CreateProducer("producer");
        await ClusterFixture.CreateTopicAsync(cluster, client.Admin, "topic", 2);
        await producer.SendAsync(ClusterFixture.Text("topic", "before"));

        await cluster.Broker.DisposeAsync();
        var failure = await Assert.ThrowsAnyAsync<RocketeerException>(() => producer.SendAsync(ClusterFixture.Text("topic", "lost")));
        Assert.NotEmpty(failure.Message);

        await cluster.RestartBrokerAsync();
        SendResult? result = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    result = await producer.SendAsync(ClusterFixture.Text("topic", "after"));
                    return true;
                }
                catch (RocketeerException again)
                {
                    failure = again;
                    return false;
                }
            },
            () => $"{failure}");
        Assert.Equal(SendStatus.Stored, result!.Status);
    }

    [Fact]
    public async Task Everything_acknowledged_during_a_restart_is_consumed_and_a_committed_offset_is_not_forgotten()
    {
        await using var cluster = await InProcessCluster.StartAsync();
        await using var client = cluster.CreateClient(options =>
        {
            options.RoutePollInterval = TimeSpan.FromSeconds(1);
            options.HeartbeatInterval = TimeSpan.FromSeconds(1);
        });
        await using var producer = client.CreateProducer("producer");
        await ClusterFixture.CreateTopicAsync(cluster, client.Admin, "topic", 2);
        await using var consumer = PushConsumerTests.CreateConsumer(client, "group", "topic");
        var inbox = new Inbox();
        await consumer.StartAsync(inbox.AcceptAsync);
        var first = ClusterFixture.Texts(30, "before");
        foreach (var text in first)
        {
            await producer.SendAsync(ClusterFixture.Text("topic", text));
        }

        await inbox.HasExactlyAsync(first);
        await Eventually.HoldsAsync(async () => await client.Admin.GetLagAsync("group", "topic") == 0, () => "the offsets are not committed");

        using var stop = new CancellationTokenSource();
        var sending = SendUntilAsync(producer, stop.Token);
        await cluster.RestartBrokerAsync();
        var countAfterRestart = inbox.Messages.Count;
        await Eventually.HoldsAsync(() => inbox.Messages.Count >= countAfterRestart + 20, () => "nothing comes after the restart");
        await stop.CancelAsync();
        var acknowledged = await sending;

        await inbox.HasAllAsync([.. first, .. acknowledged]);
        Assert.All(first, text => Assert.Single(inbox.Texts, text));
    }

    private static async Task<List<string>> SendUntilAsync(Producer producer, CancellationToken stop)
    {
        var acknowledged = new List<string>();
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            try
            {
                await producer.SendAsync(ClusterFixture.Text("topic", $"during{number}"), CancellationToken.None);
                acknowledged.Add($"during{number}");
            }
            catch (RocketeerException)
            {
                // Not acknowledged: it may come or not. A pause, because refused connections fail at once.
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            }
        }

        return acknowledged;
    }
}
