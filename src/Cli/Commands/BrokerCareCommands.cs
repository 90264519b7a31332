using System.CommandLine;
using Rocketeer.Cli.Output;

namespace Rocketeer.Cli.Commands;

/// <summary><c>broker</c>: figures, configuration and cleaning.</summary>
internal static class BrokerCareCommands
{
    public static IEnumerable<Command> Create(CommandContext context) =>
    [
        Status(context),
        new Command("config", "Shows and changes the configuration of brokers while they run.") { GetConfig(context), SetConfig(context) },
        Lag(context),
        WipeWrite(context),
        CleanQueues(context),
        CleanTopics(context),
    ];

    private static ExampleCommand Status(CommandContext context)
    {
        var targets = new BrokerTargets();
        return context.Asking(
            "status", "Shows every figure that brokers keep of themselves.", "rocketctl broker status --broker 127.0.0.1:10911", targets.Options,
            async (parsed, client, cancellationToken) =>
            {
                var figures = new List<(string Broker, string Name, string Value)>();
                foreach (var address in await targets.ResolveAsync(client.Admin, parsed, cancellationToken))
                {
                    var of = await client.Admin.GetBrokerRuntimeAsync(address, cancellationToken);
                    figures.AddRange(of.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (address, pair.Key, pair.Value)));
                }

                context.Show(parsed, Triples(figures));
            });
    }

    private static ExampleCommand GetConfig(CommandContext context)
    {
        var targets = new BrokerTargets();
        var key = new Argument<string?>("key") { Description = "Only this key.", Arity = ArgumentArity.ZeroOrOne };
        return context.Asking(
            "get", "Shows the configuration of brokers.", "rocketctl broker config get --broker 127.0.0.1:10911", [key, .. targets.Options],
            async (parsed, client, cancellationToken) =>
            {
                var only = parsed.GetValue(key);
                var values = new List<(string Broker, string Name, string Value)>();
                foreach (var address in await targets.ResolveAsync(client.Admin, parsed, cancellationToken))
                {
                    var of = await client.Admin.GetBrokerConfigAsync(address, cancellationToken);
                    if (only is not null && !of.ContainsKey(only))
                    {
                        throw new CommandFailedException($"The broker at {address} has no key '{only}'.");
                    }

                    values.AddRange(of
                        .Where(pair => only is null || pair.Key == only)
                        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                        .Select(pair => (address, pair.Key, pair.Value)));
                }

                context.Show(parsed, Triples(values));
            });
    }

    private static Listing<(string Broker, string Name, string Value)> Triples(List<(string Broker, string Name, string Value)> triples) =>
        new Listing<(string Broker, string Name, string Value)>(triples) { WhenEmpty = "The brokers said nothing." }
            .Column("Broker", triple => triple.Broker)
            .Column("Name", triple => triple.Name)
            .Column("Value", triple => triple.Value);

    private static ExampleCommand SetConfig(CommandContext context)
    {
        var targets = new BrokerTargets();
        var key = new Argument<string>("key") { Description = "Key of the configuration." };
        var value = new Argument<string>("value") { Description = "Its new value." };
        return context.Asking(
            "set",
            "Changes one key of brokers while they run; they write it to their configuration file.",
            "rocketctl broker config set flushDiskType SYNC_FLUSH --broker 127.0.0.1:10911",
            [key, value, .. targets.Options],
            (parsed, client, cancellationToken) =>
            {
                var changes = new Dictionary<string, string> { [parsed.GetRequiredValue(key)] = parsed.GetRequiredValue(value) };
                return targets.OnEachAsync(
                    context,
                    client.Admin,
                    parsed,
                    $"{parsed.GetValue(key)} is {parsed.GetValue(value)} on",
                    address => client.Admin.UpdateBrokerConfigAsync(address, changes, cancellationToken),
                    cancellationToken);
            });
    }

    private static ExampleCommand Lag(CommandContext context)
    {
        var address = new Argument<string>("address") { Description = "The broker, host:port." };
        var ordered = new Option<bool>("--ordered") { Description = "Only ordered topics." };
        var least = new Option<long>("--least") { Description = "Only queues with so much lag." };
        return context.Asking(
            "lag", "Shows how far every group is in every queue of one broker.", "rocketctl broker lag 127.0.0.1:10911", [address, ordered, least],
            async (parsed, client, cancellationToken) =>
            {
                var all = await client.Admin.GetBrokerConsumeStatsAsync(parsed.GetRequiredValue(address), parsed.GetValue(ordered), cancellationToken);
                var queues =
                    from entry in all.Stats
                    from ofGroup in entry
                    from stats in ofGroup.Value
                    from pair in stats.OffsetTable
                    let lag = pair.Value.BrokerOffset - pair.Value.ConsumerOffset
                    where lag >= parsed.GetValue(least)
                    orderby pair.Key.Topic, ofGroup.Key, pair.Key.QueueId
                    select (Queue: pair.Key, Group: ofGroup.Key, Offsets: pair.Value, Lag: lag);
                var listing = new Listing<(Protocol.Messages.MessageQueue Queue, string Group, Protocol.Bodies.OffsetWrapper Offsets, long Lag)>(queues)
                {
                    WhenEmpty = "No group consumes from this broker.",
                    Summary = $"Lag {Cell.Of(all.TotalDiff)}",
                };
                context.Show(parsed, listing
                    .Column("Topic", row => row.Queue.Topic)
                    .Column("Group", row => row.Group)
                    .Column("Broker", row => row.Queue.BrokerName)
                    .Column("Queue", row => row.Queue.QueueId)
                    .Column("Next", row => row.Offsets.BrokerOffset)
                    .Column("Consumed", row => row.Offsets.ConsumerOffset)
                    .Column("Lag", row => row.Lag)
                    .Column("Last consumed was stored", row => Cell.TimeOrNull(row.Offsets.LastTimestamp)));
            });
    }

    private static ExampleCommand WipeWrite(CommandContext context)
    {
        var broker = new Argument<string>("name") { Description = "Name of the broker." };
        return context.Asking(
            "wipe-write",
            "Makes name servers tell producers that nothing may be sent to a broker, until it registers a change or starts again.",
            "rocketctl broker wipe-write broker-a",
            [broker],
            async (parsed, client, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(broker);
                var wiped = await client.Admin.WipeWritePermissionAsync(name, cancellationToken);
                context.Show(parsed, new Facts { Sentence = $"{wiped} topics of broker '{name}' are closed to producers." }
                    .Add("Broker", name)
                    .Add("Topics", wiped));
            });
    }

    private static ExampleCommand CleanQueues(CommandContext context)
    {
        var targets = new BrokerTargets();
        return context.Asking(
            "clean-queues", "Deletes the files of consume queues whose messages are gone.", "rocketctl broker clean-queues --cluster DefaultCluster",
            targets.Options,
            (parsed, client, cancellationToken) => targets.OnEachAsync(
                context, client.Admin, parsed, "Queues are cleaned on", at => client.Admin.CleanExpiredQueuesAsync(at, cancellationToken), cancellationToken));
    }

    private static ExampleCommand CleanTopics(CommandContext context)
    {
        var targets = new BrokerTargets();
        return context.Asking(
            "clean-topics", "Deletes the queues of topics that brokers do not have any more.", "rocketctl broker clean-topics --cluster DefaultCluster",
            targets.Options,
            (parsed, client, cancellationToken) => targets.OnEachAsync(
                context, client.Admin, parsed, "Topics are cleaned on", at => client.Admin.CleanUnusedTopicsAsync(at, cancellationToken), cancellationToken));
    }
}
