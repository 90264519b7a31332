using System.Text.Json;
using Rocketeer.Cluster.Tests;

namespace Rocketeer.Cli.Tests;

/// <summary>Commands that change or look into brokers, name servers, topics and groups: each at least once, against a cluster of this process.</summary>
public sealed class ToolEndToEndTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task Broker_status_shows_the_figures_by_broker()
    {
        var figures = (await cluster.RunAsync("broker", "status", "--broker", cluster.BrokerAddress, "--json")).Succeeded().Json.EnumerateArray().ToArray();

        Assert.Equal("V4_4_0", Value(figures, "brokerVersionDesc"));
        Assert.All(figures, figure => Assert.Equal(cluster.BrokerAddress, Text(figure, "broker")));
    }

    [Fact]
    public async Task Broker_configuration_is_shown_and_changed_on_all_masters_of_the_only_cluster()
    {
        (await cluster.RunAsync("broker", "config", "set", "maxTransferCountOnMessageInMemory", "48")).Succeeded();

        var one = Assert.Single((await cluster.RunAsync("broker", "config", "get", "maxTransferCountOnMessageInMemory", "--json")).Succeeded().Json.EnumerateArray());
        Assert.Equal("48", Text(one, "value"));
        Assert.Contains("listenPort", (await cluster.RunAsync("broker", "config", "get", "--cluster", InProcessCluster.ClusterName)).Succeeded().Out, StringComparison.Ordinal);
        Assert.Contains("has no key 'nonsense'", (await cluster.RunAsync("broker", "config", "get", "nonsense")).Error, StringComparison.Ordinal);
        Assert.Equal(Rocketctl.Failure, (await cluster.RunAsync("broker", "config", "set", "maxTransferCountOnMessageInMemory", "many")).Exit);
    }

    [Fact]
    public async Task Cleaning_names_the_brokers_that_were_cleaned()
    {
        Assert.Contains(cluster.BrokerAddress, (await cluster.RunAsync("broker", "clean-queues")).Succeeded().Out, StringComparison.Ordinal);
        var cleaned = (await cluster.RunAsync("broker", "clean-topics", "--output", "yaml")).Succeeded();
        Assert.Contains("brokers:", cleaned.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Latency_of_brokers_and_topics_is_measured_send_by_send()
    {
        (await cluster.RunAsync("topic", "create", "Probed", "--queues", "2")).Succeeded();
        var sends = (await cluster.RunAsync("topic", "latency", "Probed", "--count", "4", "--json")).Succeeded().Json.EnumerateArray().ToArray();
        Assert.Equal([1, 0, 1, 0], sends.Select(send => send.GetProperty("queue").GetInt32()));
        Assert.All(sends, send => Assert.Equal("Stored", Text(send, "result")));

        Assert.Equal(3, (await cluster.RunAsync("broker", "latency", "broker-a", "--count", "3", "--json")).Succeeded().Json.GetArrayLength());

        var round = Assert.Single((await cluster.RunAsync("cluster", "latency", "--count", "3", "--json")).Succeeded().Json.EnumerateArray());
        Assert.Equal(3, round.GetProperty("sent").GetInt32());
        Assert.Equal(0, round.GetProperty("failed").GetInt32());
        Assert.Contains("There is no cluster 'Elsewhere'", (await cluster.RunAsync("cluster", "latency", "--cluster", "Elsewhere")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_server_configuration_is_shown_and_changed()
    {
        (await cluster.RunAsync("namesrv", "config", "set", "orderMessageEnable", "true")).Succeeded();

        Assert.Equal("true", Text((await cluster.RunAsync("namesrv", "config", "get", "--json")).Succeeded().Json, "orderMessageEnable"));
    }

    [Fact]
    public async Task Values_of_a_namespace_are_put_got_listed_and_deleted()
    {
        (await cluster.RunAsync("config", "put", "NS1", "k", "v;1")).Succeeded();

        Assert.Equal("v;1", Assert.Single((await cluster.RunAsync("config", "get", "NS1", "k")).Succeeded().Lines));
        Assert.Equal("v;1", Text((await cluster.RunAsync("config", "list", "NS1", "--json")).Succeeded().Json, "k"));
        (await cluster.RunAsync("config", "delete", "NS1", "k")).Succeeded();
        Assert.Contains("has no key 'k'", (await cluster.RunAsync("config", "get", "NS1", "k")).Error, StringComparison.Ordinal);
        Assert.Contains("has no values", (await cluster.RunAsync("config", "list", "NS1")).Succeeded().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Permission_of_a_topic_changes_and_nothing_else_of_it()
    {
        (await cluster.RunAsync("topic", "create", "Closed", "--read-queues", "3", "--write-queues", "2", "--broker", cluster.BrokerAddress)).Succeeded();

        var change = Assert.Single((await cluster.RunAsync("topic", "permission", "Closed", "r", "--json")).Succeeded().Json.EnumerateArray());
        Assert.Equal(("RW-", "R--"), (Text(change, "before"), Text(change, "now")));
        await Eventually.HoldsAsync(async () =>
        {
            var route = Assert.Single((await cluster.RunAsync("topic", "route", "Closed", "--json")).Succeeded().Json.GetProperty("brokers").EnumerateArray());
            Assert.Equal(("R--", 3, 2), (Text(route, "permission"), route.GetProperty("readQueues").GetInt32(), route.GetProperty("writeQueues").GetInt32()));
        });
        Assert.Contains("None of these brokers has topic 'Nowhere'", (await cluster.RunAsync("topic", "permission", "Nowhere", "r")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Order_configuration_of_a_topic_is_set_got_and_deleted()
    {
        (await cluster.RunAsync("topic", "order", "set", "Sorted", "broker-a:4")).Succeeded();

        Assert.Equal("broker-a:4", Assert.Single((await cluster.RunAsync("topic", "order", "get", "Sorted")).Succeeded().Lines));
        (await cluster.RunAsync("topic", "order", "delete", "Sorted")).Succeeded();
        Assert.Equal(Rocketctl.Failure, (await cluster.RunAsync("topic", "order", "get", "Sorted")).Exit);
        Assert.Equal(Rocketctl.Usage, (await cluster.RunAsync("topic", "order", "set", "Sorted", "broker-a")).Exit);
    }

    [Fact]
    public async Task Clusters_groups_and_shares_of_a_topic_are_shown()
    {
        (await cluster.RunAsync("topic", "create", "Shared", "--queues", "4")).Succeeded();

        Assert.Contains(InProcessCluster.ClusterName, (await cluster.RunAsync("topic", "clusters", "Shared")).Succeeded().Lines);
        var listed = (await cluster.RunAsync("topic", "list", "--groups", "--json")).Succeeded().Json.EnumerateArray().Single(row => Text(row, "topic") == "Shared");
        Assert.Equal(InProcessCluster.ClusterName, Assert.Single(listed.GetProperty("clusters").EnumerateArray()).GetString());
        var shares = (await cluster.RunAsync("topic", "allocate", "Shared", "b,a", "--json")).Succeeded().Json.EnumerateArray();
        Assert.Equal([("a", 0), ("a", 1), ("b", 2), ("b", 3)], shares.Select(share => (Text(share, "client"), share.GetProperty("queue").GetInt32())));
    }

    [Fact]
    public async Task Settings_of_a_group_are_those_it_was_created_with_until_it_is_deleted()
    {
        (await cluster.RunAsync("group", "create", "settled", "--retries", "5", "--consume", "false")).Succeeded();

        var settings = Assert.Single((await cluster.RunAsync("group", "settings", "settled", "--json")).Succeeded().Json.EnumerateArray());
        Assert.Equal(5, settings.GetProperty("retries").GetInt32());
        Assert.False(settings.GetProperty("consume").GetBoolean());
        (await cluster.RunAsync("group", "delete", "settled")).Succeeded();
        Assert.Contains("None of these brokers has group", (await cluster.RunAsync("group", "settings", "settled")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Producers_that_are_online_are_shown()
    {
        (await cluster.RunAsync("topic", "create", "Sold", "--queues", "1")).Succeeded();
        await using var client = cluster.CreateClient();
        await using var producer = client.CreateProducer("shop");
        await producer.SendAsync(new Client.Message("Sold", new byte[1]), TestContext.Current.CancellationToken);

        await Eventually.HoldsAsync(async () => Assert.Single(
            (await cluster.RunAsync("group", "producers", "shop", "--topic", "Sold", "--json")).Succeeded().Json.EnumerateArray()));
        Assert.Contains("No producer", (await cluster.RunAsync("group", "producers", "nobody", "--topic", "Sold")).Succeeded().Out, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();

    private static string? Value(IEnumerable<JsonElement> rows, string name) => Text(rows.Single(row => Text(row, "name") == name), "value");
}
