using System.Text.Json;
using Rocketeer.Cluster.Tests;

namespace Rocketeer.Cli.Tests;

/// <summary>Commands that ask or change a cluster, against a name server and a broker in this process.</summary>
public sealed class AdministrationTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task Cluster_shows_the_broker_its_version_and_its_address()
    {
        var run = (await cluster.RunAsync("cluster", "list")).Succeeded();

        Assert.StartsWith("Cluster", run.Lines[0], StringComparison.Ordinal);
        Assert.Contains("broker-a", run.Lines[1], StringComparison.Ordinal);
        Assert.Contains(cluster.BrokerAddress, run.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_as_json_is_a_list_of_brokers()
    {
        var broker = Assert.Single((await cluster.RunAsync("cluster", "list", "--json")).Succeeded().Json.EnumerateArray());

        Assert.Equal(InProcessCluster.ClusterName, broker.GetProperty("cluster").GetString());
        Assert.Equal(0, broker.GetProperty("id").GetInt64());
        Assert.Equal(JsonValueKind.Null, broker.GetProperty("fault").ValueKind);
        Assert.NotEqual(JsonValueKind.Null, broker.GetProperty("version").ValueKind);
    }

    [Fact]
    public async Task A_topic_is_created_in_the_only_cluster_listed_routed_and_deleted()
    {
        Assert.Contains("3 queues", (await cluster.RunAsync("topic", "create", "Life", "--queues", "3")).Succeeded().Out, StringComparison.Ordinal);
        Assert.Contains("Life", (await cluster.RunAsync("topic", "list")).Succeeded().Lines);

        var route = Assert.Single((await cluster.RunAsync("topic", "route", "Life", "--json")).Succeeded().Json.GetProperty("brokers").EnumerateArray());
        Assert.Equal(3, route.GetProperty("writeQueues").GetInt32());
        Assert.Equal("RW-", route.GetProperty("permission").GetString());
        Assert.Equal(cluster.BrokerAddress, route.GetProperty("addresses").GetProperty("0").GetString());
        Assert.Contains($"0={cluster.BrokerAddress}", (await cluster.RunAsync("topic", "route", "Life")).Succeeded().Lines[1], StringComparison.Ordinal);

        (await cluster.RunAsync("topic", "delete", "Life")).Succeeded();
        Assert.DoesNotContain("Life", (await cluster.RunAsync("topic", "list")).Succeeded().Lines);
    }

    [Theory]
    [InlineData("There is no cluster 'Elsewhere'; there is: TestCluster.", "topic", "create", "T", "--cluster", "Elsewhere")]
    [InlineData("No name server knows topic 'Nowhere'; create it, or check the name.", "topic", "stats", "Nowhere")]
    [InlineData("No name server knows topic 'Nowhere'; create it, or check the name.", "topic", "delete", "Nowhere")]
    [InlineData("Group 'nobody' is not known", "group", "lag", "nobody")]
    [InlineData("'17' is no offset message id", "message", "view", "17")]
    [InlineData("not allowed", "topic", "create", "no/good")]
    [InlineData("No name server knows topic", "message", "query", "--topic", "Nowhere", "--key", "k")]
    public async Task What_the_cluster_cannot_do_is_one_sentence_and_exit_code_1(string why, params string[] args)
    {
        var run = await cluster.RunAsync(args);

        Assert.Equal(Rocketctl.Failure, run.Exit);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("", run.Out);
    }

    [Fact]
    public async Task What_was_produced_is_counted_found_by_id_and_by_key_and_consumed_once()
    {
        string[] produce = ["produce", "--topic", "Round", "--body", "héllo", "--tag", "TagA", "--key", "k1", "--property", "region=eu", "--json"];
        var sent = (await cluster.RunAsync(produce)).Succeeded().Json;
        Assert.Equal("Stored", sent.GetProperty("status").GetString());
        var (id, offsetId) = (sent.GetProperty("messageId").GetString()!, sent.GetProperty("offsetMessageId").GetString()!);

        // The broker tells the name server of a topic that the first message created, but does not wait for it.
        await Eventually.HoldsAsync(async () =>
            Assert.Equal(1, (await cluster.RunAsync("topic", "stats", "Round", "--json")).Succeeded().Json.GetProperty("messages").GetInt64()));
        Assert.Equal("1 messages", (await cluster.RunAsync("topic", "stats", "Round")).Succeeded().Lines[^1]);

        var viewed = (await cluster.RunAsync("message", "view", offsetId, "--json")).Succeeded().Json;
        Assert.Equal("héllo", viewed.GetProperty("body").GetString());
        Assert.Equal("eu", viewed.GetProperty("properties").GetProperty("region").GetString());
        Assert.EndsWith("héllo", (await cluster.RunAsync("message", "view", offsetId)).Succeeded().Lines[^1], StringComparison.Ordinal);

        await Eventually.HoldsAsync(async () =>
        {
            Assert.Equal(id, (await cluster.RunAsync("message", "view", id, "--topic", "Round", "--json")).Succeeded().Json.GetProperty("messageId").GetString());
            var found = Assert.Single((await cluster.RunAsync("message", "query", "--topic", "Round", "--key", "k1", "--json")).Succeeded().Json.EnumerateArray());
            Assert.Equal(id, found.GetProperty("messageId").GetString());
            Assert.Equal("TagA", found.GetProperty("tag").GetString());
        });

        var consumed = (await cluster.RunAsync("consume", "--topic", "Round", "--group", "round-readers", "--count", "1")).Succeeded();
        Assert.EndsWith("[TagA] héllo", Assert.Single(consumed.Lines), StringComparison.Ordinal);
        await Eventually.HoldsAsync(async () =>
        {
            var lag = (await cluster.RunAsync("group", "lag", "round-readers", "--json")).Succeeded().Json;
            Assert.Equal(0, lag.GetProperty("lag").GetInt64());
            Assert.Contains(lag.GetProperty("queues").EnumerateArray(), queue => queue.GetProperty("topic").GetString() == "Round");
        });
        Assert.Contains("Lag 0", (await cluster.RunAsync("group", "lag", "round-readers")).Succeeded().Lines[^1], StringComparison.Ordinal);
        Assert.Contains(
            (await cluster.RunAsync("group", "list", "--json")).Succeeded().Json.EnumerateArray(),
            group => group.GetProperty("group").GetString() == "round-readers");
        Assert.Contains("round-readers", (await cluster.RunAsync("group", "list")).Succeeded().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consume_leaves_what_it_did_not_print_to_the_next_consumer_of_the_group()
    {
        (await cluster.RunAsync("topic", "create", "Rest", "--queues", "1")).Succeeded();
        (await cluster.RunAsync("produce", "--topic", "Rest", "--body", "again", "--count", "5")).Succeeded();
        string[] consume = ["consume", "--topic", "Rest", "--group", "rest-readers", "--json", "--count"];

        var first = (await cluster.RunAsync([.. consume, "2"])).Succeeded().Lines;
        var second = (await cluster.RunAsync([.. consume, "3"])).Succeeded().Lines;

        Assert.Equal([0, 1], first.Select(OffsetOf));
        Assert.Equal([2, 3, 4], second.Select(OffsetOf));
    }

    [Fact]
    public async Task Consume_ends_with_exit_code_0_when_interrupted()
    {
        using var interrupt = new CancellationTokenSource();
        (await cluster.RunAsync("topic", "create", "Quiet", "--queues", "1")).Succeeded();

        var consuming = Tool.RunAsync(
            ["consume", "--topic", "Quiet", "--group", "quiet-readers", "--namesrv", cluster.NameServers], cancellationToken: interrupt.Token);
        await Eventually.HoldsAsync(async () => Assert.Contains("quiet-readers", (await cluster.RunAsync("group", "list")).Succeeded().Out, StringComparison.Ordinal));
        await interrupt.CancelAsync();

        Assert.Equal(Rocketctl.Success, (await consuming).Exit);
    }

    private static long OffsetOf(string line) => JsonDocument.Parse(line).RootElement.GetProperty("offset").GetInt64();
}
