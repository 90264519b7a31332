using Rocketeer.Cluster.Tests;
using Rocketeer.TestKit;

namespace Rocketeer.Interop.Tests;

/// <summary>
/// ali-ons signs as the original's client does, with one field more (OnsChannel), which is signed like the others: it passes our access
/// control, and is refused where the rules say so.
/// </summary>
public sealed class AliOnsSigningTests : IDisposable
{
    private const string Rules =
        """
        accounts:
        - {accessKey: administrator, secretKey: 12345678, admin: true}
        - accessKey: application
          secretKey: 87654321
          topicPerms: [signed=PUB|SUB]
          groupPerms: [GID_signed=SUB]
        """;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_foreign_client_with_keys_produces_and_consumes_with_retries()
    {
        NodeRuntime.SkipWithoutNode();
        await using var cluster = await StartAsync();
        await using var admin = await ForeignClient.StartAsync(cluster.NameServers, ("administrator", "12345678"));
        await admin.CreateTopicAsync(cluster.BrokerAddress, "signed");
        await using var foreign = await ForeignClient.StartAsync(cluster.NameServers, ("application", "87654321"));

        var results = await foreign.SendAsync("signed", new ForeignMessage("one", "TagA", ["k1", "ключ"]), new ForeignMessage("two"));
        await foreign.ConsumeAsync("GID_signed", "signed", failFirst: "one");
        var messages = await foreign.MessagesAsync(2);
        while (messages.TrueForAll(message => (int)message["reconsumeTimes"]! == 0))
        {
            messages.Add(await foreign.NextMessageAsync());
        }

        Assert.All(results, result => Assert.Equal("SEND_OK", (string?)result!["status"]));
        Assert.Equal("one", (string?)messages[^1]["body"]);
    }

    [Fact]
    public async Task A_foreign_client_is_refused_without_keys_with_wrong_ones_and_where_it_may_not()
    {
        NodeRuntime.SkipWithoutNode();
        await using var cluster = await StartAsync();
        await using var admin = await ForeignClient.StartAsync(cluster.NameServers, ("administrator", "12345678"));
        await admin.CreateTopicAsync(cluster.BrokerAddress, "signed");
        await admin.CreateTopicAsync(cluster.BrokerAddress, "secret");
        await using var unsigned = await ForeignClient.StartAsync(cluster.NameServers);
        await using var wrong = await ForeignClient.StartAsync(cluster.NameServers, ("application", "wrong-secret"));
        await using var user = await ForeignClient.StartAsync(cluster.NameServers, ("application", "87654321"));

        // This client tells its application of a failed send, not of the broker's reason.
        await RefusedAsync("still failed", unsigned, "signed");
        await RefusedAsync("still failed", wrong, "signed");
        await RefusedAsync("still failed", user, "secret");
        var notAdmin = await Assert.ThrowsAnyAsync<Exception>(() => user.CreateTopicAsync(cluster.BrokerAddress, "mine"));
        Assert.Contains("Need admin permission", notAdmin.Message, StringComparison.Ordinal);
        await using var client = cluster.CreateClient(options => options.Credentials = new() { AccessKey = "administrator", SecretKey = "12345678" });
        foreach (var topic in new[] { "signed", "secret" })
        {
            var stats = await client.Admin.GetTopicStatsAsync(topic, TestContext.Current.CancellationToken);
            Assert.All(stats.OffsetTable.Values, queue => Assert.Equal(0, queue.MaxOffset));
        }
    }

    private static async Task RefusedAsync(string why, ForeignClient client, string topic)
    {
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => client.SendAsync(topic, new ForeignMessage("x")));

        Assert.True(refusal.Message.Contains(why, StringComparison.Ordinal), refusal.Message);
    }

    private async Task<InProcessCluster> StartAsync()
    {
        await File.WriteAllTextAsync(_directory["acl.yml"], Rules, TestContext.Current.CancellationToken);
        return await InProcessCluster.StartAsync(options =>
        {
            options.Access.AclEnable = true;
            options.Access.PlainAclFile = _directory["acl.yml"];
            options.Store.MessageDelayLevel = "1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s";
        });
    }
}
