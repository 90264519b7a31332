using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Client.Admin;
using Rocketeer.Client.Routing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary><c>topic</c>: what messages are sent to.</summary>
internal static class TopicCommands
{
    private const int MostQueues = 65_535;

    public static Command Create(CommandContext context) => ExampleCommand.Group(
        "topic",
        "Creates, shows, changes and deletes topics.",
        [
            CreateTopic(context), List(context), Route(context), Stats(context), Delete(context),
            LatencyCommands.OfTopic(context), .. TopicSettingsCommands.Create(context), .. TopicQueueCommands.Create(context),
        ]);

    private static ExampleCommand CreateTopic(CommandContext context)
    {
        var topic = TopicArgument();
        var queues = CommandContext.Between(new("--queues") { Description = "Queues on each broker.", DefaultValueFactory = _ => 8 }, 1, MostQueues);
        var read = CommandContext.Between(new("--read-queues") { Description = "Queues to read from. Default: --queues." }, 1, MostQueues);
        var write = CommandContext.Between(new("--write-queues") { Description = "Queues to write to. Default: --queues." }, 1, MostQueues);
        var ordered = new Option<bool>("--ordered") { Description = "Its order configuration is kept on the name servers." };
        var unit = new Option<bool>("--unit") { Description = "It belongs to a unit." };
        var unitSubscription = new Option<bool>("--unit-subscription") { Description = "Units subscribe to it." };
        var targets = new BrokerTargets();
        return context.Asking(
            "create",
            "Creates a topic on every master of a cluster or on one broker, or changes the number of its queues.",
            "rocketctl topic create orders --queues 8 --cluster DefaultCluster",
            [topic, queues, read, write, ordered, unit, unitSubscription, .. targets.Options],
            (parsed, client, cancellationToken) =>
            {
                var count = parsed.GetValue(queues);
                var settings = new TopicSettings
                {
                    Topic = parsed.GetRequiredValue(topic),
                    ReadQueues = parsed.GetResult(read) is null ? count : parsed.GetValue(read),
                    WriteQueues = parsed.GetResult(write) is null ? count : parsed.GetValue(write),
                    IsOrdered = parsed.GetValue(ordered),
                    SystemFlag = TopicSysFlags.Build(parsed.GetValue(unit), parsed.GetValue(unitSubscription)),
                };
                return targets.OnEachAsync(
                    context,
                    client.Admin,
                    parsed,
                    $"Topic '{settings.Topic}' has {settings.WriteQueues} queues on",
                    address => client.Admin.CreateTopicAsync(address, settings, cancellationToken),
                    cancellationToken);
            });
    }

    private static ExampleCommand List(CommandContext context)
    {
        var cluster = ClusterOption("Only those of this cluster.");
        var groups = new Option<bool>("--groups") { Description = "Also the clusters that have them and the groups that consume them." };
        var command = new ExampleCommand("list", "Lists the topics, the system's own included.", "rocketctl topic list") { cluster, groups };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var topics = await client.Admin.GetTopicsAsync(parsed.GetValue(cluster), cancellationToken);
            if (parsed.GetValue(groups))
            {
                await ShowWithGroupsAsync(context, parsed, client.Admin, topics, cancellationToken);
                return;
            }

            context.Terminal.Show(
                context.FormatOf(parsed), [.. topics.Order(StringComparer.Ordinal)], OutputJson.Pretty.IReadOnlyListString, TopicTable);
        });
        return command;
    }

    private static async Task ShowWithGroupsAsync(
        CommandContext context, ParseResult parsed, AdminClient admin, IReadOnlyList<string> topics, CancellationToken cancellationToken)
    {
        var rows = new List<(string Topic, IReadOnlyList<string> Clusters, IReadOnlyList<string> Groups)>();
        await context.Terminal.ForEachAsync("Topics", [.. topics.Order(StringComparer.Ordinal)], async topic => rows.Add((
            topic,
            await admin.GetClustersOfTopicAsync(topic, cancellationToken),
            await admin.GetGroupsOfTopicAsync(topic, cancellationToken))));
        context.Show(parsed, new Listing<(string Topic, IReadOnlyList<string> Clusters, IReadOnlyList<string> Groups)>(rows) { WhenEmpty = "There is no topic." }
            .Column("Topic", row => row.Topic)
            .Column("Clusters", row => row.Clusters)
            .Column("Groups", row => row.Groups));
    }

    private static TextTable TopicTable(IReadOnlyList<string> topics)
    {
        var table = new TextTable("Topic") { WhenEmpty = "There is no topic." };
        foreach (var topic in topics)
        {
            table.Add(topic);
        }

        return table;
    }

    private static ExampleCommand Route(CommandContext context)
    {
        var topic = TopicArgument();
        var command = new ExampleCommand("route", "Shows where the queues of a topic live.", "rocketctl topic route orders") { topic };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var route = await client.Admin.GetRouteAsync(parsed.GetRequiredValue(topic), cancellationToken);
            context.Terminal.Show(context.FormatOf(parsed), RouteView.Of(route), OutputJson.Pretty.RouteView, RouteTable);
        });
        return command;
    }

    private static TextTable RouteTable(RouteView route)
    {
        var table = new TextTable("Broker", "Cluster", "Read queues", "Write queues", "Permission", "Addresses (id 0 is the master)");
        foreach (var broker in route.Brokers)
        {
            table.Add(
                broker.Broker,
                broker.Cluster,
                Cell.Of(broker.ReadQueues),
                Cell.Of(broker.WriteQueues),
                broker.Permission,
                string.Join(", ", broker.Addresses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value}")));
        }

        return table;
    }

    private static ExampleCommand Stats(CommandContext context)
    {
        var topic = TopicArgument();
        var command = new ExampleCommand("stats", "Shows what each queue of a topic holds.", "rocketctl topic stats orders") { topic };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var name = parsed.GetRequiredValue(topic);
            var stats = await client.Admin.GetTopicStatsAsync(name, cancellationToken);
            QueueStatsView[] queues = [.. stats.OffsetTable.OrderBy(pair => pair.Key).Select(pair => new QueueStatsView(
                pair.Key.BrokerName,
                pair.Key.QueueId,
                pair.Value.MinOffset,
                pair.Value.MaxOffset,
                Cell.TimeOrNull(pair.Value.LastUpdateTimestamp)))];
            var view = new TopicStatsView(name, queues.Sum(queue => queue.MaxOffset - queue.MinOffset), queues);
            context.Terminal.Show(context.FormatOf(parsed), view, OutputJson.Pretty.TopicStatsView, StatsTable);
        });
        return command;
    }

    private static TextTable StatsTable(TopicStatsView stats)
    {
        var table = new TextTable("Broker", "Queue", "First", "Next", "Messages", "Last stored") { Summary = $"{stats.Messages} messages" };
        foreach (var queue in stats.Queues)
        {
            table.Add(
                queue.Broker,
                Cell.Of(queue.Queue),
                Cell.Of(queue.MinOffset),
                Cell.Of(queue.MaxOffset),
                Cell.Of(queue.MaxOffset - queue.MinOffset),
                Cell.Time(queue.LastStored?.ToUnixTimeMilliseconds() ?? 0));
        }

        return table;
    }

    private static ExampleCommand Delete(CommandContext context)
    {
        var topic = TopicArgument();
        var cluster = ClusterOption();
        var command = new ExampleCommand(
            "delete", "Deletes a topic and its messages from every master of a cluster, and from the name servers.", "rocketctl topic delete orders")
        {
            topic, cluster,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var name = parsed.GetRequiredValue(topic);
            var chosen = await ClusterChoice.ResolveAsync(client.Admin, parsed.GetValue(cluster), cancellationToken);

            // Brokers do not mind a topic that they do not have; somebody who mistyped the name does.
            await client.Admin.GetRouteAsync(name, cancellationToken);
            await client.Admin.DeleteTopicInClusterAsync(chosen, name, cancellationToken);
            context.Show(parsed, new Facts { Sentence = $"Topic '{name}' is deleted from cluster {chosen}." }.Add("Topic", name).Add("Cluster", chosen));
        });
        return command;
    }

    private static Argument<string> TopicArgument() => new("topic") { Description = "Name of the topic." };

    private static Option<string?> ClusterOption(string description = "Cluster; may be left out if there is only one.") =>
        new("--cluster", "-c") { Description = description };
}

/// <summary>Where a topic lives.</summary>
internal sealed record RouteView(string Topic, IReadOnlyList<BrokerRouteView> Brokers)
{
    public static RouteView Of(TopicRoute route) => new(
        route.Topic,
        [.. from queues in route.Queues
            let broker = route.Brokers.FirstOrDefault(broker => broker.Name == queues.BrokerName)
            select new BrokerRouteView(
                queues.BrokerName,
                broker?.Cluster ?? "",
                queues.ReadQueues,
                queues.WriteQueues,
                Permissions.ToText(queues.Permission),
                broker?.Addresses ?? (IReadOnlyDictionary<long, string>)new Dictionary<long, string>())]);
}

/// <summary>The part of a topic that one broker name has.</summary>
internal sealed record BrokerRouteView(
    string Broker, string Cluster, int ReadQueues, int WriteQueues, string Permission, IReadOnlyDictionary<long, string> Addresses);

/// <summary>What a topic holds.</summary>
internal sealed record TopicStatsView(string Topic, long Messages, IReadOnlyList<QueueStatsView> Queues);

/// <summary>What a queue holds: messages from the first offset to the next one to come, exclusive.</summary>
internal sealed record QueueStatsView(string Broker, int Queue, long MinOffset, long MaxOffset, DateTimeOffset? LastStored);
