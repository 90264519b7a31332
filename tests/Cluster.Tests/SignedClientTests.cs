using System.Text;
using Rocketeer.Client;
using Rocketeer.Client.Admin;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Producing;
using Rocketeer.TestKit;

namespace Rocketeer.Cluster.Tests;

/// <summary>Our client with credentials against our broker under access control.</summary>
public sealed class SignedClientTests : IDisposable
{
    private const string Rules =
        """
        accounts:
        - accessKey: administrator
          secretKey: 12345678
          admin: true
        - accessKey: application
          secretKey: 87654321
          topicPerms: [orders=PUB|SUB]
        - accessKey: reader-only
          secretKey: abcdefgh
          topicPerms: [orders=SUB]
          groupPerms: [GID_orders=SUB]
        """;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_client_with_credentials_produces_consumes_and_retries_and_others_are_refused()
    {
        await File.WriteAllTextAsync(_directory["acl.yml"], Rules, TestContext.Current.CancellationToken);
        await using var cluster = await InProcessCluster.StartAsync(options =>
        {
            options.Access.AclEnable = true;
            options.Access.PlainAclFile = _directory["acl.yml"];
            options.Access.AccessKey = "administrator";
            options.Access.SecretKey = "12345678";
            options.Store.MessageDelayLevel = "1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s";
        });
        await using var admin = Client(cluster, "administrator", "12345678");
        foreach (var topic in new[] { "orders", "salaries" })
        {
            await admin.Admin.CreateTopicAsync(cluster.BrokerAddress, new TopicSettings { Topic = topic }, TestContext.Current.CancellationToken);
        }

        await using var writer = Client(cluster, "application", "87654321", "token");
        await using var reader = Client(cluster, "reader-only", "abcdefgh");
        await using var stranger = cluster.CreateClient();
        await using var producer = writer.CreateProducer(new ProducerOptions { Group = "PID_orders" });
        await using var unsigned = stranger.CreateProducer(new ProducerOptions { Group = "PID_orders" });
        await using var consumer = PushConsumerTests.CreateConsumer(reader, "GID_orders", "orders");
        var inbox = new Inbox();
        await consumer.StartAsync(async (message, cancellationToken) =>
        {
            await inbox.AcceptAsync(message, cancellationToken);
            return message.ReconsumeTimes > 0 ? ConsumeResult.Success : ConsumeResult.RetryLater;
        });

        await producer.SendAsync(new Message("orders", Encoding.UTF8.GetBytes("one")), TestContext.Current.CancellationToken);
        await inbox.HasCountAsync(2); // once, and once again through the retry topic: sending back needs no right to publish
        var foreign = await Assert.ThrowsAsync<BrokerRejectedException>(() =>
            producer.SendAsync(new Message("salaries", "x"u8.ToArray()), TestContext.Current.CancellationToken));
        var nobody = await Assert.ThrowsAsync<BrokerRejectedException>(() =>
            unsigned.SendAsync(new Message("orders", "x"u8.ToArray()), TestContext.Current.CancellationToken));

        Assert.Contains("No default permission for topic:salaries", foreign.Message, StringComparison.Ordinal);
        Assert.Contains("No accessKey is configured", nobody.Message, StringComparison.Ordinal);
    }

    private static RocketeerClient Client(InProcessCluster cluster, string accessKey, string secretKey, string? token = null) =>
        cluster.CreateClient(options =>
            options.Credentials = new Credentials { AccessKey = accessKey, SecretKey = secretKey, SecurityToken = token });
}
