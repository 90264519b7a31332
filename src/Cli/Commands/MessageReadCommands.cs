using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary><c>message</c>: reading queues without being a member of a group.</summary>
internal static class MessageReadCommands
{
    // Brokers keep no offset of it: nothing is committed. The name is mqadmin's own, which brokers know from their start.
    private const string ReaderGroup = "TOOLS_CONSUMER";
    private const int PerPull = 32;

    public static IEnumerable<Command> Create(CommandContext context) => [At(context), Print(context)];

    private static ExampleCommand At(CommandContext context)
    {
        var topic = TopicArgument();
        var broker = new Option<string>("--broker", "-b") { Description = "Name of the broker.", Required = true };
        var queue = CommandContext.Between(new("--queue", "-q") { Description = "Queue.", Required = true }, 0, int.MaxValue);
        var offset = new Option<long>("--offset") { Description = "Offset in the queue.", Required = true };
        return context.Asking(
            "at", "Shows the message at an offset of a queue.", "rocketctl message at orders --broker broker-a --queue 0 --offset 4711",
            [topic, broker, queue, offset],
            async (parsed, client, cancellationToken) =>
            {
                var place = new MessageQueue(parsed.GetRequiredValue(topic), parsed.GetRequiredValue(broker), parsed.GetValue(queue));
                await using var reader = Reader(client);
                await RequireAsync(reader, place, cancellationToken);
                var wanted = parsed.GetValue(offset);
                var pulled = await reader.PullAsync(place, wanted, 1, cancellationToken: cancellationToken);
                var found = pulled.Messages.FirstOrDefault(message => message.QueueOffset == wanted)
                    ?? throw new CommandFailedException(
                        $"Queue {place.QueueId} of '{place.Topic}' on '{place.BrokerName}' has no message at {wanted}; it has those from {pulled.MinOffset} to {pulled.MaxOffset}.");
                context.Terminal.Show(context.FormatOf(parsed), MessageView.Of(found), OutputJson.Pretty.MessageView, MessageCommands.ViewTable);
            });
    }

    private static ExampleCommand Print(CommandContext context)
    {
        var topic = TopicArgument();
        var broker = new Option<string?>("--broker", "-b") { Description = "Only queues of the broker with this name." };
        var queue = CommandContext.Between(new("--queue", "-q") { Description = "Only this queue." }, 0, int.MaxValue);
        var offset = new Option<long?>("--offset") { Description = "From this offset on; for one --queue." };
        var from = Instant.Option("--from", "Stored from this time on.");
        var to = Instant.Option("--to", "Stored before this time.");
        var tags = new Option<string?>("--tags") { Description = "Only these, as 'TagA || TagB'." };
        var count = CommandContext.Between(new("--count") { Description = "Most messages." }, 1, int.MaxValue);
        var countTags = new Option<bool>("--count-tags") { Description = "Print how many there are of each tag, not the messages." };
        var noBody = new Option<bool>("--no-body") { Description = "Leave bodies out." };
        return context.Asking(
            "print",
            "Prints the messages that a topic holds now; no group takes notice.",
            "rocketctl message print orders --from 2026-11-22T16:54:00Z --count 100",
            [topic, broker, queue, offset, from, to, tags, count, countTags, noBody],
            async (parsed, client, cancellationToken) =>
            {
                await using var reader = Reader(client);
                var queues = (await reader.GetQueuesAsync(parsed.GetRequiredValue(topic), cancellationToken))
                    .Where(place => parsed.GetValue(broker) is not { } name || place.BrokerName == name)
                    .Where(place => parsed.GetResult(queue) is null || place.QueueId == parsed.GetValue(queue))
                    .ToArray();
                if (queues.Length == 0)
                {
                    throw new CommandFailedException($"Topic '{parsed.GetValue(topic)}' has no such queue to read; see 'rocketctl topic route {parsed.GetValue(topic)}'.");
                }

                var range = new Range(parsed.GetValue(offset), parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(tags));
                var left = parsed.GetResult(count) is null ? int.MaxValue : parsed.GetValue(count);
                var tagCounts = parsed.GetValue(countTags) ? new SortedDictionary<string, long>(StringComparer.Ordinal) : null;
                foreach (var place in queues)
                {
                    await foreach (var message in ReadAsync(reader, place, range, cancellationToken))
                    {
                        if (left-- == 0)
                        {
                            return;
                        }

                        if (tagCounts is null)
                        {
                            Show(context, parsed, message, parsed.GetValue(noBody));
                        }
                        else
                        {
                            tagCounts[message.Tags ?? ""] = tagCounts.GetValueOrDefault(message.Tags ?? "") + 1;
                        }
                    }
                }

                if (tagCounts is not null)
                {
                    context.Show(parsed, new Listing<KeyValuePair<string, long>>(tagCounts.OrderByDescending(pair => pair.Value)) { WhenEmpty = "There is no message." }
                        .Column("Tag", pair => pair.Key)
                        .Column("Messages", pair => pair.Value));
                }
            });
    }

    private static async IAsyncEnumerable<MessageExt> ReadAsync(
        PullConsumer reader, MessageQueue queue, Range range, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = range.Offset
            ?? (range.From is { } from
                ? await reader.SearchOffsetAsync(queue, from, cancellationToken)
                : await reader.GetMinOffsetAsync(queue, cancellationToken));
        var end = await reader.GetMaxOffsetAsync(queue, cancellationToken);
        while (next < end)
        {
            var pulled = await reader.PullAsync(queue, next, PerPull, range.Tags, cancellationToken);
            foreach (var message in pulled.Messages)
            {
                // The search for a time is as near as the broker's files allow; the message says it exactly.
                var stored = DateTimeOffset.FromUnixTimeMilliseconds(message.StoreTimestamp);
                if (range.To is { } to && stored >= to)
                {
                    yield break;
                }

                if (range.From is not { } first || stored >= first)
                {
                    yield return message;
                }
            }

            if (pulled.Status == PullStatus.NoNewMessage || pulled.NextOffset <= next)
            {
                yield break;
            }

            next = pulled.NextOffset;
        }
    }

    private static void Show(CommandContext context, ParseResult parsed, MessageExt message, bool noBody)
    {
        var view = MessageView.Of(message);
        if (context.FormatOf(parsed) != OutputFormat.Table)
        {
            context.Terminal.ShowNext(context.FormatOf(parsed), noBody ? view with { Body = null, BodyBase64 = null } : view, OutputJson.Line.MessageView);
            return;
        }

        context.Terminal.Out.WriteLine(noBody ? $"{view.Headline} {view.MessageId} {view.BodyBytes} bytes" : $"{view.Headline} {view.Printable}");
    }

    private static async Task RequireAsync(PullConsumer reader, MessageQueue place, CancellationToken cancellationToken)
    {
        if (!(await reader.GetQueuesAsync(place.Topic, cancellationToken)).Contains(place))
        {
            throw new CommandFailedException($"Topic '{place.Topic}' has no queue {place.QueueId} to read on broker '{place.BrokerName}'; see 'rocketctl topic route {place.Topic}'.");
        }
    }

    private static PullConsumer Reader(RocketeerClient client) => client.CreatePullConsumer(ReaderGroup);

    private static Argument<string> TopicArgument() => new("topic") { Description = "Name of the topic." };

    /// <summary>Which messages of a queue.</summary>
    private sealed record Range(long? Offset, DateTimeOffset? From, DateTimeOffset? To, string? Tags);
}
