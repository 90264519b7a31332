using System.CommandLine;
using System.Globalization;
using Rocketeer.Cli.Output;
using Rocketeer.Client.Consuming.Allocation;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary><c>topic</c>: what is in the queues of a topic, and who would get which.</summary>
internal static class TopicQueueCommands
{
    public static IEnumerable<Command> Create(CommandContext context) => [Entries(context), Allocate(context)];

    private static ExampleCommand Entries(CommandContext context)
    {
        var topic = new Argument<string>("topic") { Description = "Name of the topic." };
        var queue = CommandContext.Between(new("--queue", "-q") { Description = "Queue.", Required = true }, 0, int.MaxValue);
        var from = new Option<long>("--from") { Description = "First entry.", DefaultValueFactory = _ => 0 };
        var count = CommandContext.Between(new("--count") { Description = "Entries.", DefaultValueFactory = _ => 10 }, 1, 100_000);
        var broker = new Option<string?>("--broker", "-b") { Description = "The broker, host:port. Default: the first master of the topic." };
        var group = new Option<string?>("--group", "-g") { Description = "Also say which messages the filter of this group lets through." };
        return context.Asking(
            "entries",
            "Shows entries of a consume queue: where messages lie in the log, their size and tag code.",
            "rocketctl topic entries orders --queue 0 --from 0 --count 10",
            [topic, queue, from, count, broker, group],
            async (parsed, client, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(topic);
                var address = parsed.GetValue(broker)
                    ?? (await client.Admin.GetRouteAsync(name, cancellationToken)).Brokers.Select(one => one.Master).FirstOrDefault(master => master is not null)
                    ?? throw new CommandFailedException($"No broker of topic '{name}' has a master now.");
                var first = parsed.GetValue(from);
                var body = await client.Admin.GetQueueEntriesAsync(
                    address, name, parsed.GetValue(queue), first, parsed.GetValue(count), parsed.GetValue(group), cancellationToken);
                var entries = (body.QueueData ?? []).Select((entry, index) => (Offset: first + index, Entry: entry));
                var listing = new Listing<(long Offset, ConsumeQueueData Entry)>(entries)
                {
                    WhenEmpty = $"The queue has no entries there; it has those from {Cell.Of(body.MinQueueIndex)} to {Cell.Of(body.MaxQueueIndex)}.",
                    Summary = $"The queue has entries from {Cell.Of(body.MinQueueIndex)} to {Cell.Of(body.MaxQueueIndex)}.",
                };
                context.Show(parsed, listing
                    .Column("Offset", row => row.Offset)
                    .Column("Log offset", row => row.Entry.PhysicOffset)
                    .Column("Size", row => row.Entry.PhysicSize)
                    .Column("Tag code", row => row.Entry.TagsCode.ToString(CultureInfo.InvariantCulture))
                    .Column("Let through", row => row.Entry.Eval)
                    .Column("Note", row => row.Entry.Msg));
            });
    }

    private static ExampleCommand Allocate(CommandContext context)
    {
        var topic = new Argument<string>("topic") { Description = "Name of the topic." };
        var clients = new Argument<string[]>("clients") { Description = "Ids of the consumers, as addresses.", Arity = ArgumentArity.OneOrMore };
        return context.Asking(
            "allocate",
            "Shows which queues each consumer of a group would get by the usual strategy.",
            "rocketctl topic allocate orders 10.0.0.1 10.0.0.2",
            [topic, clients],
            async (parsed, client, cancellationToken) =>
            {
                var route = await client.Admin.GetRouteAsync(parsed.GetRequiredValue(topic), cancellationToken);
                MessageQueue[] queues = [.. route.SubscribeQueues.Order()];

                // mqadmin takes one list with commas; consumers of a group see each other sorted.
                string[] members = [.. parsed.GetRequiredValue(clients).SelectMany(ids => ids.Split(',', StringSplitOptions.RemoveEmptyEntries)).Order(StringComparer.Ordinal)];
                var shares =
                    from member in members
                    from queue in QueueAllocation.Average.Allocate(member, queues, members)
                    select (Client: member, Queue: queue);
                context.Show(parsed, new Listing<(string Client, MessageQueue Queue)>(shares) { WhenEmpty = "The topic has no queue to read." }
                    .Column("Client", share => share.Client)
                    .Column("Broker", share => share.Queue.BrokerName)
                    .Column("Queue", share => share.Queue.QueueId));
            });
    }
}
