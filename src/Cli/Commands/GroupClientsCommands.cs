using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Client.Admin;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary><c>group</c>: the clients of groups that are connected.</summary>
internal static class GroupClientsCommands
{
    public static IEnumerable<Command> Create(CommandContext context) => [Consumers(context), Producers(context), Status(context)];

    private static ExampleCommand Consumers(CommandContext context)
    {
        var group = GroupArgument();
        return context.Asking(
            "consumers", "Shows the consumers of a group that are connected, and what they subscribe to.", "rocketctl group consumers billing", [group],
            async (parsed, client, cancellationToken) =>
            {
                var online = await OnlineAsync(client.Admin, parsed.GetRequiredValue(group), cancellationToken);
                var subscriptions = online.SubscriptionTable.Values.OrderBy(one => one.Topic, StringComparer.Ordinal)
                    .Select(one => $"{one.Topic} {one.SubString}").ToArray();
                var listing = new Listing<Connection>(online.ConnectionSet.OrderBy(one => one.ClientId, StringComparer.Ordinal))
                {
                    WhenEmpty = "",
                    Summary = $"{online.ConsumeType}, {online.MessageModel}, from {online.ConsumeFromWhere}: {string.Join("; ", subscriptions)}",
                };
                context.Show(parsed, ConnectionColumns(listing)
                    .Column("Type", _ => online.ConsumeType)
                    .Column("Model", _ => online.MessageModel)
                    .Column("Subscriptions", _ => subscriptions));
            });
    }

    private static ExampleCommand Producers(CommandContext context)
    {
        var group = new Argument<string>("group") { Description = "Name of the producer group." };
        var topic = new Option<string>("--topic", "-t") { Description = "A topic that it sends to.", Required = true };
        return context.Asking(
            "producers", "Shows the producers of a group that are connected.", "rocketctl group producers shop --topic orders", [group, topic],
            async (parsed, client, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(group);
                var online = await client.Admin.FindProducerConnectionsAsync(name, parsed.GetRequiredValue(topic), cancellationToken);
                context.Show(parsed, ConnectionColumns(
                    new Listing<Connection>(online.OrderBy(one => one.ClientId, StringComparer.Ordinal)) { WhenEmpty = $"No producer of group '{name}' is online." }));
            });
    }

    private static Listing<Connection> ConnectionColumns(Listing<Connection> listing) => listing
        .Column("Client", one => one.ClientId)
        .Column("Address", one => one.ClientAddr)
        .Column("Language", one => one.Language)
        .Column("Version", one => one.Version);

    private static ExampleCommand Status(CommandContext context)
    {
        var group = GroupArgument();
        var only = new Option<string?>("--client", "-i") { Description = "Only this client, and the stacks of its threads with --stacks." };
        var stacks = new Option<bool>("--stacks") { Description = "Ask for the stacks of threads; Java clients give them." };
        return context.Asking(
            "status",
            "Asks the consumers of a group what they do: queues, what waits in them, and what looks wrong.",
            "rocketctl group status billing",
            [group, only, stacks],
            async (parsed, client, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(group);
                var clients = parsed.GetValue(only) is { } one
                    ? [one]
                    : (await OnlineAsync(client.Admin, name, cancellationToken)).ConnectionSet.Select(each => each.ClientId).Distinct().Order(StringComparer.Ordinal).ToArray();
                var infos = new SortedDictionary<string, ConsumerRunningInfo>(StringComparer.Ordinal);
                await context.Terminal.ForEachAsync("Consumers", clients, async id =>
                    infos[id] = await client.Admin.GetConsumerRunningInfoAsync(name, id, parsed.GetValue(stacks), cancellationToken));
                Show(context, parsed, infos);
            });
    }

    private static void Show(CommandContext context, ParseResult parsed, SortedDictionary<string, ConsumerRunningInfo> infos)
    {
        var faults = ConsumerHealth.FaultsOf(infos, context.Terminal.Clock.GetUtcNow());
        var queues =
            from info in infos
            from queue in info.Value.MqTable.OrderBy(pair => pair.Key)
            select (Client: info.Key, Queue: queue.Key, State: queue.Value);
        var stacks = infos.Values.Select(info => info.Jstack).Where(text => !string.IsNullOrEmpty(text));
        var listing = new Listing<(string Client, MessageQueue Queue, ProcessQueueInfo State)>(queues)
        {
            WhenEmpty = faults.Count == 0 ? "These consumers have no queue." : string.Join(Environment.NewLine, faults),
            Summary = string.Join(Environment.NewLine, [.. faults.Count == 0 ? ["Nothing looks wrong."] : faults, .. stacks]),
        };
        context.Show(parsed, listing
            .Column("Client", row => row.Client)
            .Column("Topic", row => row.Queue.Topic)
            .Column("Broker", row => row.Queue.BrokerName)
            .Column("Queue", row => row.Queue.QueueId)
            .Column("Committed", row => row.State.CommitOffset)
            .Column("Waiting", row => row.State.CachedMsgCount)
            .Column("Locked", row => row.State.Locked)
            .Column("Dropped", row => row.State.Droped)
            .Column("Last pull", row => Cell.TimeOrNull(row.State.LastPullTimestamp))
            .Column("Last consumed", row => Cell.TimeOrNull(row.State.LastConsumeTimestamp)));
    }

    private static async Task<ConsumerConnection> OnlineAsync(AdminClient admin, string group, CancellationToken cancellationToken)
    {
        try
        {
            return await admin.FindConsumerConnectionsAsync(group, cancellationToken)
                ?? throw new CommandFailedException($"No consumer of group '{group}' is online.");
        }
        catch (Client.RouteNotFoundException)
        {
            throw new CommandFailedException($"Group '{group}' is not known: no consumer of it was ever connected; check the name.");
        }
    }

    private static Argument<string> GroupArgument() => new("group") { Description = "Name of the consumer group." };
}
