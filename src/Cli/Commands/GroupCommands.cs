using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Client;
using Rocketeer.Client.Admin;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Cli.Commands;

/// <summary><c>group</c>: consumer groups and how far they are.</summary>
internal static class GroupCommands
{
    public static Command Create(CommandContext context) => ExampleCommand.Group(
        "group",
        "Shows and changes consumer groups, and asks their clients.",
        [List(context), Lag(context), .. GroupSettingsCommands.Create(context), .. GroupClientsCommands.Create(context)]);

    private static ExampleCommand List(CommandContext context)
    {
        var cluster = new Option<string?>("--cluster", "-c") { Description = "Only those of this cluster." };
        var command = new ExampleCommand(
            "list", "Lists the consumer groups, their clients that are online and their lag.", "rocketctl group list") { cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var groups = new List<GroupView>();
            var names = await client.Admin.GetGroupsAsync(parsed.GetValue(cluster), cancellationToken);
            await context.Terminal.ForEachAsync("Groups", names, async group => groups.Add(await DescribeAsync(client.Admin, group, cancellationToken)));
            context.Terminal.Show<IReadOnlyList<GroupView>>(context.FormatOf(parsed), groups, OutputJson.Pretty.IReadOnlyListGroupView, GroupTable);
        });
        return command;
    }

    private static async Task<GroupView> DescribeAsync(AdminClient admin, string group, CancellationToken cancellationToken)
    {
        try
        {
            var online = await admin.FindConsumerConnectionsAsync(group, cancellationToken);
            var stats = await admin.GetConsumeStatsAsync(group, cancellationToken: cancellationToken);
            return new GroupView(
                group, online?.ConnectionSet.Count ?? 0, online?.MessageModel.ToString(), stats.ConsumeTps, stats.OffsetTable.Values.Sum(LagOf));
        }
        catch (RouteNotFoundException)
        {
            // Groups that never had a consumer have no retry topic, which is the way to their figures.
            return new GroupView(group, 0, null, 0, null);
        }
    }

    private static TextTable GroupTable(IReadOnlyList<GroupView> groups)
    {
        var table = new TextTable("Group", "Clients", "Model", "Consumed/s", "Lag") { WhenEmpty = "There is no consumer group." };
        foreach (var group in groups)
        {
            table.Add(
                group.Group,
                Cell.Of(group.Clients),
                Cell.Text(group.Model?.ToLowerInvariant()),
                Cell.Rate(group.ConsumedPerSecond),
                group.Lag is { } lag ? Cell.Of(lag) : "-");
        }

        return table;
    }

    private static ExampleCommand Lag(CommandContext context)
    {
        var group = new Argument<string>("group") { Description = "Name of the consumer group." };
        var topic = new Option<string?>("--topic", "-t") { Description = "Only this topic." };
        var command = new ExampleCommand("lag", "Shows how far a consumer group is in each queue.", "rocketctl group lag billing") { group, topic };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var name = parsed.GetRequiredValue(group);
            var stats = await ReadLagAsync(client.Admin, name, parsed.GetValue(topic), cancellationToken);
            context.Terminal.Show(context.FormatOf(parsed), ViewOf(name, stats), OutputJson.Pretty.GroupLagView, LagTable);
        });
        return command;
    }

    private static async Task<ConsumeStats> ReadLagAsync(AdminClient admin, string group, string? topic, CancellationToken cancellationToken)
    {
        try
        {
            return await admin.GetConsumeStatsAsync(group, topic, cancellationToken);
        }
        catch (RouteNotFoundException) when (topic is null)
        {
            throw new CommandFailedException($"Group '{group}' is not known: no consumer of it was ever connected; check the name, or name a --topic.");
        }
    }

    private static GroupLagView ViewOf(string group, ConsumeStats stats)
    {
        QueueLagView[] queues = [.. stats.OffsetTable.OrderBy(pair => pair.Key).Select(pair => new QueueLagView(
            pair.Key.Topic,
            pair.Key.BrokerName,
            pair.Key.QueueId,
            pair.Value.BrokerOffset,
            pair.Value.ConsumerOffset,
            LagOf(pair.Value),
            Cell.TimeOrNull(pair.Value.LastTimestamp)))];
        return new GroupLagView(group, queues.Sum(queue => queue.Lag), stats.ConsumeTps, queues);
    }

    /// <summary>A group without an offset has everything before it.</summary>
    private static long LagOf(OffsetWrapper offsets) => Math.Max(0, offsets.BrokerOffset - Math.Max(0, offsets.ConsumerOffset));

    private static TextTable LagTable(GroupLagView group)
    {
        var table = new TextTable("Topic", "Broker", "Queue", "Next", "Consumed", "Lag", "Last consumed was stored")
        {
            Summary = $"Lag {group.Lag}, {Cell.Rate(group.ConsumedPerSecond)} consumed/s",
            WhenEmpty = $"Group '{group.Group}' has no offset in any queue yet.",
        };
        foreach (var queue in group.Queues)
        {
            table.Add(
                queue.Topic,
                queue.Broker,
                Cell.Of(queue.Queue),
                Cell.Of(queue.BrokerOffset),
                Cell.Of(queue.ConsumerOffset),
                Cell.Of(queue.Lag),
                Cell.Time(queue.LastConsumedStored?.ToUnixTimeMilliseconds() ?? 0));
        }

        return table;
    }
}

/// <summary>A consumer group. Its lag is <see langword="null"/> if no consumer was ever connected.</summary>
internal sealed record GroupView(string Group, int Clients, string? Model, double ConsumedPerSecond, long? Lag);

/// <summary>How far a consumer group is.</summary>
internal sealed record GroupLagView(string Group, long Lag, double ConsumedPerSecond, IReadOnlyList<QueueLagView> Queues);

/// <summary>How far a consumer group is in one queue.</summary>
internal sealed record QueueLagView(
    string Topic, string Broker, int Queue, long BrokerOffset, long ConsumerOffset, long Lag, DateTimeOffset? LastConsumedStored);
