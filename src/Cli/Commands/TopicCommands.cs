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

    public static Command Create(CommandContext context) => new("topic", "Creates, shows and deletes topics.")
    {
        CreateTopic(context), List(context), Route(context), Stats(context), Delete(context),
    };

    private static ExampleCommand CreateTopic(CommandContext context)
    {
        var topic = TopicArgument();
        var queues = CommandContext.Between(new("--queues") { Description = "Queues on each broker.", DefaultValueFactory = _ => 8 }, 1, MostQueues);
        var cluster = ClusterOption();
        var command = new ExampleCommand(
            "create",
            "Creates a topic on every master of a cluster, or changes the number of its queues.",
            "rocketctl topic create orders --queues 8 --cluster DefaultCluster") { topic, queues, cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var name = parsed.GetRequiredValue(topic);
            var count = parsed.GetValue(queues);
            var chosen = await ClusterChoice.ResolveAsync(client.Admin, parsed.GetValue(cluster), cancellationToken);
            var settings = new TopicSettings { Topic = name, ReadQueues = count, WriteQueues = count };
            var masters = await client.Admin.CreateTopicInClusterAsync(chosen, settings, cancellationToken);
            context.Terminal.Out.WriteLine($"Topic '{name}' has {count} queues on {string.Join(", ", masters)} (cluster {chosen}).");
        });
        return command;
    }

    private static ExampleCommand List(CommandContext context)
    {
        var cluster = ClusterOption("Only those of this cluster.");
        var json = CommandContext.JsonOption();
        var command = new ExampleCommand("list", "Lists the topics, the system's own included.", "rocketctl topic list") { cluster, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var topics = await client.Admin.GetTopicsAsync(parsed.GetValue(cluster), cancellationToken);
            context.Terminal.Show(
                parsed.GetValue(json), [.. topics.Order(StringComparer.Ordinal)], OutputJson.Pretty.IReadOnlyListString, TopicTable);
        });
        return command;
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
        var json = CommandContext.JsonOption();
        var command = new ExampleCommand("route", "Shows where the queues of a topic live.", "rocketctl topic route orders") { topic, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var route = await client.Admin.GetRouteAsync(parsed.GetRequiredValue(topic), cancellationToken);
            context.Terminal.Show(parsed.GetValue(json), RouteView.Of(route), OutputJson.Pretty.RouteView, RouteTable);
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
        var json = CommandContext.JsonOption();
        var command = new ExampleCommand("stats", "Shows what each queue of a topic holds.", "rocketctl topic stats orders") { topic, json };
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
            context.Terminal.Show(parsed.GetValue(json), view, OutputJson.Pretty.TopicStatsView, StatsTable);
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
            context.Terminal.Out.WriteLine($"Topic '{name}' is deleted from cluster {chosen}.");
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
