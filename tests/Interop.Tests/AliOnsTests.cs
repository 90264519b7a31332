using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Rocketeer.Client.Consuming;
using Rocketeer.Cluster.Tests;

namespace Rocketeer.Interop.Tests;

/// <summary>
/// ali-ons, a RocketMQ client from npm that nobody here wrote, against our name server and broker: what it sends arrives, what is there it
/// consumes. Delays are short here: the broker's levels are configured to one second each.
/// </summary>
public sealed class AliOnsTests
{
    private const string OneSecondLevels = "1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s";

    [Fact]
    public async Task Plain_tagged_and_keyed_messages_arrive_as_they_were_sent()
    {
        NodeRuntime.SkipWithoutNode();
        await using var cluster = await StartAsync();
        await using var foreign = await ForeignClient.StartAsync(cluster.NameServers);
        await foreign.CreateTopicAsync(cluster.BrokerAddress, "plain");
        var big = new string('x', 20_000); // the client deflates it

        var results = await foreign.SendAsync(
            "plain", new ForeignMessage("one"), new ForeignMessage("two", "TagA"), new ForeignMessage("three", "TagB", ["k1", "k2"]), new ForeignMessage(big));
        await foreign.ConsumeAsync("GID_plain", "plain");
        var messages = await foreign.MessagesAsync(4);

        Assert.All(results, result => Assert.Equal("SEND_OK", (string?)result!["status"]));
        Assert.Equal(new[] { "one", "three", "two", big }.Order(StringComparer.Ordinal), Bodies(messages).Order(StringComparer.Ordinal));
        Assert.Equal("TagA", (string?)messages.Single(message => (string?)message["body"] == "two")["tag"]);
        Assert.Contains("k2", messages.Single(message => (string?)message["body"] == "three")["keys"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_to_tags_gets_these_tags_only()
    {
        NodeRuntime.SkipWithoutNode();
        await using var cluster = await StartAsync();
        await using var foreign = await ForeignClient.StartAsync(cluster.NameServers);
        await foreign.CreateTopicAsync(cluster.BrokerAddress, "tagged");
        await foreign.SendAsync("tagged", [.. Enumerable.Range(0, 30).Select(i => new ForeignMessage($"m{i}", "ABC"[i % 3].ToString()))]);

        await foreign.ConsumeAsync("GID_tagged", "tagged", "A || B");
        var messages = await foreign.MessagesAsync(20);

        Assert.DoesNotContain(messages.Concat(foreign.Pending()), message => (string?)message["tag"] == "C");
    }

    [Fact]
    public async Task A_subscription_with_an_sql_expression_gets_what_it_matches_only()
    {
        NodeRuntime.SkipWithoutNode();
        await using var cluster = await InProcessCluster.StartAsync(options => options.EnablePropertyFilter = true);
        await using var foreign = await ForeignClient.StartAsync(cluster.NameServers);
        await foreign.CreateTopicAsync(cluster.BrokerAddress, "sql");
        await foreign.SendAsync("sql", [.. Enumerable.Range(0, 20).Select(i => new ForeignMessage(
            $"m{i}", Properties: new Dictionary<string, string> { ["price"] = i.ToString(System.Globalization.CultureInfo.InvariantCulture) }))]);

        await foreign.ConsumeAsync("GID_sql", "sql", sql: "price BETWEEN 5 AND 9 OR price = 15");
        var messages = await foreign.MessagesAsync(6);

        Assert.Equal(["m15", "m5", "m6", "m7", "m8", "m9"], Bodies(messages.Concat(foreign.Pending())).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_message_whose_listener_fails_comes_again_through_the_retry_topic()
    {
        NodeRuntime.SkipWithoutNode();
        await using var cluster = await StartAsync();
        await using var foreign = await ForeignClient.StartAsync(cluster.NameServers);
        await foreign.CreateTopicAsync(cluster.BrokerAddress, "retried");
        await foreign.SendAsync("retried", new ForeignMessage("again"));

        await foreign.ConsumeAsync("GID_retried", "retried", failFirst: "again");
        var first = await foreign.NextMessageAsync();
        var second = await foreign.NextMessageAsync();

        Assert.Equal(0, (int)first["reconsumeTimes"]!);
        Assert.Equal(1, (int)second["reconsumeTimes"]!);
        Assert.Equal("again", (string?)second["body"]);
    }

    [Fact]
    public async Task A_delayed_message_is_accepted_and_arrives_after_its_delay()
    {
        NodeRuntime.SkipWithoutNode();
        await using var cluster = await StartAsync();
        await using var foreign = await ForeignClient.StartAsync(cluster.NameServers);
        await foreign.CreateTopicAsync(cluster.BrokerAddress, "delayed");
        await foreign.ConsumeAsync("GID_delayed", "delayed");

        var results = await foreign.SendAsync("delayed", new ForeignMessage("later", DelayLevel: 2));
        var message = await foreign.NextMessageAsync();

        Assert.Equal("SEND_OK", (string?)results[0]!["status"]);
        Assert.Equal("later", (string?)message["body"]);
    }

    [Fact]
    public async Task Two_consumers_of_a_group_share_the_queues_and_miss_nothing()
    {
        NodeRuntime.SkipWithoutNode();
        await using var cluster = await StartAsync();
        await using var first = await ForeignClient.StartAsync(cluster.NameServers);
        await using var second = await ForeignClient.StartAsync(cluster.NameServers);
        await first.CreateTopicAsync(cluster.BrokerAddress, "shared", queues: 8);
        await first.ConsumeAsync("GID_shared", "shared");
        await second.ConsumeAsync("GID_shared", "shared");

        // Each rebalances by its own timer of ten seconds; until both have a share, messages keep coming.
        var seenByFirst = new HashSet<int>();
        var seenBySecond = new HashSet<int>();
        var bodies = new HashSet<string>();
        var sent = 0;
        while (seenByFirst.Count == 0 || seenBySecond.Count == 0 || bodies.Count < sent)
        {
            Assert.True(sent < 60 * 8, $"after {sent} messages the first has queues {string.Join(',', seenByFirst)}, the second {string.Join(',', seenBySecond)}");
            await first.SendAsync("shared", [.. Enumerable.Range(sent, 8).Select(i => new ForeignMessage($"m{i}"))]);
            sent += 8;
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, CancellationToken.None);
            Note(first, seenByFirst);
            Note(second, seenBySecond);
        }

        Assert.Equal(sent, bodies.Count);

        void Note(ForeignClient client, HashSet<int> queues)
        {
            foreach (var message in client.Pending())
            {
                queues.Add((int)message["queueId"]!);
                bodies.Add((string)message["body"]!);
            }
        }
    }

    [Fact]
    public async Task Our_client_and_the_foreign_one_share_a_group_and_split_its_queues_without_overlap_or_gap()
    {
        NodeRuntime.SkipWithoutNode();
        await using var cluster = await StartAsync();
        await using var foreign = await ForeignClient.StartAsync(cluster.NameServers);
        await foreign.CreateTopicAsync(cluster.BrokerAddress, "mixed", queues: 8);
        await foreign.ConsumeAsync("GID_mixed", "mixed");
        await using var client = cluster.CreateClient();
        await using var ours = client.CreatePushConsumer("GID_mixed", options => options.ConsumeFrom = ConsumeFrom.FirstOffset);
        ours.Subscribe("mixed");
        var byUs = new ConcurrentDictionary<string, int>();
        await ours.StartAsync((message, _) =>
        {
            byUs[Encoding.UTF8.GetString(message.Body.Span)] = message.QueueId;
            return ValueTask.FromResult(ConsumeResult.Success);
        });

        // The foreign client rebalances by its own timer of ten seconds; until the queues are divided, both may get a message.
        var byThem = new Dictionary<string, int>();
        var sent = 0;
        HashSet<int> ourQueues = [];
        HashSet<int> theirQueues = [];
        while (ourQueues.Count != 4 || theirQueues.Count != 4 || ourQueues.Overlaps(theirQueues))
        {
            Assert.True(sent < 100 * 8, $"after {sent} messages we have queues {string.Join(',', ourQueues)}, they have {string.Join(',', theirQueues)}");
            (ourQueues, theirQueues) = await RoundAsync();
        }

        (ourQueues, theirQueues) = await RoundAsync();

        Assert.Equal(Enumerable.Range(0, 8), ourQueues.Concat(theirQueues).Order());
        Assert.Equal(sent, byUs.Keys.Union(byThem.Keys).Count());

        // Sends one message to each queue, and tells who got messages of which queue until all of them came.
        async Task<(HashSet<int> Ours, HashSet<int> Theirs)> RoundAsync()
        {
            var round = Enumerable.Range(sent, 8).Select(number => $"m{number}").ToArray();
            await foreign.SendAsync("mixed", [.. round.Select(body => new ForeignMessage(body))]);
            sent += 8;
            for (var wait = 0; wait < 100 && !round.All(body => byUs.ContainsKey(body) || byThem.ContainsKey(body)); wait++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
                foreach (var message in foreign.Pending())
                {
                    byThem[(string)message["body"]!] = (int)message["queueId"]!;
                }
            }

            return ([.. round.Where(byUs.ContainsKey).Select(body => byUs[body])], [.. round.Where(byThem.ContainsKey).Select(body => byThem[body])]);
        }
    }

    [Fact]
    public async Task What_the_foreign_client_sends_one_after_another_an_ordered_consumer_gets_in_that_order_from_each_queue()
    {
        NodeRuntime.SkipWithoutNode();
        await using var cluster = await StartAsync();
        await using var foreign = await ForeignClient.StartAsync(cluster.NameServers);
        await foreign.CreateTopicAsync(cluster.BrokerAddress, "ordered", queues: 3);
        await using var client = cluster.CreateClient();
        await using var ours = client.CreatePushConsumer("GID_ordered", options => options.ConsumeFrom = ConsumeFrom.FirstOffset);
        ours.Subscribe("ordered");
        var received = new ConcurrentQueue<(int Queue, int Number)>();
        var refused = 0;
        await ours.StartOrderlyAsync((message, _) =>
        {
            var number = int.Parse(Encoding.UTF8.GetString(message.Body.Span), System.Globalization.CultureInfo.InvariantCulture);
            if (number % 10 == 3 && message.QueueId == 0 && Interlocked.Increment(ref refused) <= 2)
            {
                return ValueTask.FromResult(OrderedResult.SuspendFor(TimeSpan.FromMilliseconds(100))); // later messages of the queue wait
            }

            received.Enqueue((message.QueueId, number));
            return ValueTask.FromResult(OrderedResult.Success);
        });

        var numbers = Enumerable.Range(0, 60).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await foreign.SendAsync("ordered", [.. numbers.Select(number => new ForeignMessage(number))]);
        for (var wait = 0; wait < 600 && received.Count < 60; wait++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }

        Assert.Equal(Enumerable.Range(0, 60), received.Select(message => message.Number).Order());
        Assert.Equal(3, received.Select(message => message.Queue).Distinct().Count());
        Assert.All(received.GroupBy(message => message.Queue, message => message.Number), queue => Assert.Equal(queue.Order(), queue));
    }

    private static Task<InProcessCluster> StartAsync() =>
        InProcessCluster.StartAsync(options => options.Store.MessageDelayLevel = OneSecondLevels);

    private static IEnumerable<string> Bodies(IEnumerable<JsonObject> messages) => messages.Select(message => (string)message["body"]!).Distinct();
}
