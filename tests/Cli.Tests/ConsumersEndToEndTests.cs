using System.Text.Json;
using Rocketeer.Client.Consuming;

namespace Rocketeer.Cli.Tests;

/// <summary>Commands about consumers that run, their offsets, and the messages that they get.</summary>
public sealed class ConsumersEndToEndTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task A_consumer_that_runs_is_shown_asked_given_a_message_and_moved()
    {
        var (ids, consumed) = (await SendAsync("Run", "one", "two"), 0);
        await using var client = cluster.CreateClient();
        await using var consumer = client.CreatePushConsumer("runners", options => options.ConsumeFrom = ConsumeFrom.FirstOffset);
        consumer.Subscribe("Run");
        await consumer.StartAsync((_, _) =>
        {
            Interlocked.Increment(ref consumed);
            return ValueTask.FromResult(ConsumeResult.Success);
        }, TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => Task.Run(() => Assert.True(Volatile.Read(ref consumed) >= 2)));

        // The name server hears of the group's retry topic, which leads to its brokers, a moment later.
        await Eventually.HoldsAsync(async () => Assert.Equal(0, (await cluster.RunAsync("group", "consumers", "runners")).Exit));
        var online = Assert.Single(await ListAsync("group", "consumers", "runners"));
        Assert.Contains("Run *", online.GetProperty("subscriptions").EnumerateArray().Select(each => each.GetString()));
        var id = Text(online, "client");

        Assert.Contains(await ListAsync("group", "status", "runners"), row => (Text(row, "client"), Text(row, "topic")) == (id, "Run"));
        Assert.EndsWith("Nothing looks wrong.", (await cluster.RunAsync("group", "status", "runners", "--client", id)).Succeeded().Lines[^1], StringComparison.Ordinal);

        var held = Assert.Single(await ListAsync("offset", "get", "runners", "--topic", "Run"));
        Assert.Equal((id, 2), (Text(held, "client"), held.GetProperty("offset").GetInt64()));

        await Eventually.HoldsAsync(async () =>
        {
            var track = Assert.Single(await ListAsync("message", "track", ids[0]));
            Assert.Equal(("runners", "Consumed"), (Text(track, "group"), Text(track, "state")));
        });

        var push = (await cluster.RunAsync("message", "push", ids[0], "--group", "runners", "--client", id, "--json")).Succeeded().Json;
        Assert.Equal("Success", Text(push, "result"));
        Assert.Equal(3, Volatile.Read(ref consumed));

        var reset = Assert.Single(await ListAsync("offset", "reset", "runners", "--topic", "Run", "--to", "0"));
        Assert.True(reset.GetProperty("toldConsumers").GetBoolean());
        await Eventually.HoldsAsync(() => Task.Run(() => Assert.True(Volatile.Read(ref consumed) >= 5)));

        Assert.Contains("Nothing looks wrong", (await cluster.RunAsync("cluster", "monitor", "--rounds", "1", "--max-lag", "10")).Succeeded().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offsets_of_a_group_without_consumers_are_reset_cloned_and_set()
    {
        await SendAsync("Still", "one", "two", "three");
        (await cluster.RunAsync("consume", "--topic", "Still", "--group", "still-readers", "--count", "3")).Succeeded();

        var reset = Assert.Single(await ListAsync("offset", "reset", "still-readers", "--topic", "Still", "--to", "2020-01-01#00:00:00:000"));
        Assert.Equal((0, false), (reset.GetProperty("offset").GetInt64(), reset.GetProperty("toldConsumers").GetBoolean()));
        Assert.Equal(3, await LagAsync("still-readers"));

        (await cluster.RunAsync("offset", "set", "still-readers", "1", "--topic", "Still", "--broker", "broker-a", "--queue", "0")).Succeeded();
        Assert.Equal(2, await LagAsync("still-readers"));

        (await cluster.RunAsync("offset", "clone", "still-readers", "still-copy", "--topic", "Still")).Succeeded();
        Assert.Equal(2, await LagAsync("still-copy"));

        var end = Assert.Single(await ListAsync("offset", "reset", "still-readers", "--topic", "Still", "--to-end"));
        Assert.Equal(3, end.GetProperty("offset").GetInt64());
        var back = Assert.Single(await ListAsync("offset", "reset", "still-copy", "--topic", "Still", "--to-end", "--only-back"));
        Assert.Equal(1, back.GetProperty("offset").GetInt64());

        async Task<long> LagAsync(string group) =>
            (await cluster.RunAsync("group", "lag", group, "--topic", "Still", "--json")).Succeeded().Json.GetProperty("lag").GetInt64();
    }

    [Theory]
    [InlineData("offset", "reset", "g", "--topic", "t")]
    [InlineData("offset", "reset", "g", "--topic", "t", "--to", "0", "--to-end")]
    [InlineData("offset", "reset", "g", "--topic", "t", "--to", "yesterday")]
    [InlineData("offset", "set", "g", "-1", "--topic", "t", "--broker", "b", "--queue", "0")]
    [InlineData("broker", "status", "--broker", "127.0.0.1:1", "--cluster", "c")]
    [InlineData("topic", "list", "--output", "xml")]
    public async Task What_makes_no_sense_is_not_tried(params string[] args) => Assert.Equal(Rocketctl.Usage, (await cluster.RunAsync(args)).Exit);

    [Fact]
    public async Task A_message_is_shown_at_its_offset_printed_counted_by_tag_and_sent_again()
    {
        var ids = await SendAsync("Print", "first", "second", "third");

        Assert.Equal("second", Text((await cluster.RunAsync("message", "at", "Print", "--broker", "broker-a", "--queue", "0", "--offset", "1", "--json")).Succeeded().Json, "body"));
        Assert.Contains("has no message at 99", (await cluster.RunAsync("message", "at", "Print", "--broker", "broker-a", "--queue", "0", "--offset", "99")).Error, StringComparison.Ordinal);
        Assert.Contains("has no queue 7", (await cluster.RunAsync("message", "at", "Print", "--broker", "broker-a", "--queue", "7", "--offset", "0")).Error, StringComparison.Ordinal);

        Assert.Equal(["[Even] first", "[Odd] second", "[Even] third"], (await cluster.RunAsync("message", "print", "Print")).Succeeded().Lines.Select(line => line[(line.IndexOf('['))..].TrimEnd()));
        Assert.EndsWith("second", Assert.Single((await cluster.RunAsync("message", "print", "Print", "--tags", "Odd")).Succeeded().Lines).TrimEnd(), StringComparison.Ordinal);
        Assert.Single((await cluster.RunAsync("message", "print", "Print", "--broker", "broker-a", "--queue", "0", "--offset", "1", "--count", "1")).Succeeded().Lines);
        Assert.Equal("", (await cluster.RunAsync("message", "print", "Print", "--to", "0")).Succeeded().Out);
        Assert.DoesNotContain("second", (await cluster.RunAsync("message", "print", "Print", "--no-body", "--output", "yaml")).Succeeded().Out, StringComparison.Ordinal);
        var counts = await ListAsync("message", "print", "Print", "--count-tags");
        Assert.Equal([("Even", 2), ("Odd", 1)], counts.Select(row => (Text(row, "tag"), row.GetProperty("messages").GetInt32())));

        var again = (await cluster.RunAsync("message", "resend", ids[0], "--json")).Succeeded().Json;
        Assert.Equal(3, again.GetProperty("offset").GetInt64());
        var copy = (await cluster.RunAsync("message", "view", Text(again, "offsetMessageId"), "--json")).Succeeded().Json;
        Assert.Equal(("first", "Even"), (Text(copy, "body"), Text(copy, "tag")));
    }

    [Fact]
    public async Task Entries_of_a_queue_say_where_its_messages_lie()
    {
        await SendAsync("Entries", "one", "two");

        await Eventually.HoldsAsync(async () => Assert.Equal(2, (await ListAsync("topic", "entries", "Entries", "--queue", "0")).Length));
        var second = Assert.Single(await ListAsync("topic", "entries", "Entries", "--queue", "0", "--from", "1"));
        Assert.Equal(1, second.GetProperty("offset").GetInt64());
        Assert.True(second.GetProperty("size").GetInt32() > 90);
    }

    [Fact]
    public async Task Activity_and_the_lag_of_a_broker_show_topics_with_their_groups()
    {
        await SendAsync("Busy", "one");
        (await cluster.RunAsync("consume", "--topic", "Busy", "--group", "busy-readers", "--count", "1")).Succeeded();

        await Eventually.HoldsAsync(async () =>
        {
            var activity = Assert.Single(await ListAsync("cluster", "activity", "--topic", "Busy"));
            Assert.Equal(("busy-readers", 0), (Text(activity, "group"), activity.GetProperty("lag").GetInt64()));
            Assert.Contains(await ListAsync("broker", "lag", cluster.BrokerAddress), row => (Text(row, "topic"), Text(row, "group")) == ("Busy", "busy-readers"));
        });
    }

    [Fact]
    public async Task A_message_is_produced_to_the_queue_that_was_chosen()
    {
        (await cluster.RunAsync("topic", "create", "Chosen", "--queues", "4")).Succeeded();

        var sent = (await cluster.RunAsync("produce", "--topic", "Chosen", "--body", "x", "--broker", "broker-a", "--queue", "2", "--json")).Succeeded().Json;
        Assert.Equal(2, sent.GetProperty("queue").GetInt32());
        Assert.Contains("no such queue", (await cluster.RunAsync("produce", "--topic", "Chosen", "--body", "x", "--broker", "broker-z")).Error, StringComparison.Ordinal);
    }

    /// <summary>Sends to a new topic of one queue, tags in turn, and tells the offset ids.</summary>
    private async Task<string[]> SendAsync(string topic, params string[] bodies)
    {
        (await cluster.RunAsync("topic", "create", topic, "--queues", "1")).Succeeded();
        var ids = new List<string>();
        foreach (var body in bodies)
        {
            var tag = ids.Count % 2 == 0 ? "Even" : "Odd";
            ids.Add(Text((await cluster.RunAsync("produce", "--topic", topic, "--body", body, "--tag", tag, "--json")).Succeeded().Json, "offsetMessageId"));
        }

        return [.. ids];
    }

    private async Task<JsonElement[]> ListAsync(params string[] args) =>
        [.. (await cluster.RunAsync([.. args, "--output", "json"])).Succeeded().Json.EnumerateArray()];

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
