using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Client.Admin;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary><c>offset</c>: where consumer groups are, and moving them.</summary>
internal static class OffsetCommands
{
    public static Command Create(CommandContext context) => new("offset", "Shows and moves the offsets of consumer groups.")
    {
        Get(context), Set(context), Reset(context), CloneOffsets(context),
    };

    private static ExampleCommand Get(CommandContext context)
    {
        var (group, topic) = (GroupArgument(), TopicOption());
        var one = new Option<string?>("--client", "-i") { Description = "Only this consumer." };
        return context.Asking(
            "get",
            "Asks the consumers of a group for the offsets they hold now, which are newer than those they committed.",
            "rocketctl offset get billing --topic orders",
            [group, topic, one],
            async (parsed, client, cancellationToken) =>
            {
                var status = await client.Admin.GetConsumerStatusAsync(
                    parsed.GetRequiredValue(group), parsed.GetRequiredValue(topic), parsed.GetValue(one), cancellationToken);
                var rows =
                    from consumer in status.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    from queue in consumer.Value.OrderBy(pair => pair.Key)
                    select (Client: consumer.Key, Queue: queue.Key, Offset: queue.Value);
                context.Show(parsed, new Listing<(string Client, MessageQueue Queue, long Offset)>(rows) { WhenEmpty = "They hold no offset." }
                    .Column("Client", row => row.Client)
                    .Column("Broker", row => row.Queue.BrokerName)
                    .Column("Queue", row => row.Queue.QueueId)
                    .Column("Offset", row => row.Offset));
            });
    }

    private static ExampleCommand Set(CommandContext context)
    {
        var (group, topic) = (GroupArgument(), TopicOption());
        var broker = new Option<string>("--broker", "-b") { Description = "Name of the broker.", Required = true };
        var queue = CommandContext.Between(new("--queue", "-q") { Description = "Queue.", Required = true }, 0, int.MaxValue);
        var offset = new Argument<long>("offset") { Description = "Offset of the next message that the group shall get." };
        offset.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<long>() < 0)
            {
                result.AddError("The offset must be 0 or more.");
            }
        });
        return context.Asking(
            "set",
            "Writes the committed offset of a group in one queue; consumers that run overwrite it, so stop them before.",
            "rocketctl offset set billing 4711 --topic orders --broker broker-a --queue 0",
            [group, offset, topic, broker, queue],
            async (parsed, client, cancellationToken) =>
            {
                var place = new MessageQueue(parsed.GetRequiredValue(topic), parsed.GetRequiredValue(broker), parsed.GetValue(queue));
                await client.Admin.SetConsumerOffsetAsync(parsed.GetRequiredValue(group), place, parsed.GetValue(offset), cancellationToken);
                context.Show(parsed, new Facts { Sentence = $"Group '{parsed.GetValue(group)}' is at {parsed.GetValue(offset)} of {place.BrokerName}/{place.QueueId}." }
                    .Add("Group", parsed.GetValue(group))
                    .Add("Topic", place.Topic)
                    .Add("Broker", place.BrokerName)
                    .Add("Queue", place.QueueId)
                    .Add("Offset", parsed.GetValue(offset)));
            });
    }

    private static ExampleCommand Reset(CommandContext context)
    {
        var (group, topic) = (GroupArgument(), TopicOption());
        var to = Instant.Option("--to", "Where to: what was stored from this time on.");
        var end = new Option<bool>("--to-end") { Description = "Behind the last message." };
        var back = new Option<bool>("--only-back") { Description = "Leave queues alone whose target lies after their offset." };
        var command = context.Asking(
            "reset",
            "Moves a group to a time, in every queue of a topic; consumers that run are told.",
            "rocketctl offset reset billing --topic orders --to 2026-11-22T16:54:00Z",
            [group, topic, to, end, back],
            async (parsed, client, cancellationToken) =>
            {
                var moved = await client.Admin.ResetOffsetsAsync(
                    parsed.GetRequiredValue(group),
                    parsed.GetRequiredValue(topic),
                    parsed.GetValue(end) ? null : parsed.GetValue(to),
                    !parsed.GetValue(back),
                    cancellationToken);
                context.Show(parsed, new Listing<OffsetReset>(moved) { WhenEmpty = "The topic has no queue." }
                    .Column("Broker", reset => reset.Queue.BrokerName)
                    .Column("Queue", reset => reset.Queue.QueueId)
                    .Column("Offset", reset => reset.Offset)
                    .Column("Told consumers", reset => reset.ToldConsumers));
            });
        command.Validators.Add(result =>
        {
            if (result.GetResult(to) is null == result.GetResult(end) is null)
            {
                result.AddError("Give --to a time, or --to-end.");
            }
        });
        return command;
    }

    private static ExampleCommand CloneOffsets(CommandContext context)
    {
        var source = new Argument<string>("source") { Description = "Group to copy from." };
        var target = new Argument<string>("target") { Description = "Group to copy to." };
        var topic = new Option<string?>("--topic", "-t") { Description = "Only this topic. Default: all that the source consumes." };
        var offline = new Option<bool>("--offline") { Description = "Refuse unless both groups are without consumers." };
        return context.Asking(
            "clone", "Gives one group the offsets of another.", "rocketctl offset clone billing billing-test --topic orders", [source, target, topic, offline],
            async (parsed, client, cancellationToken) =>
            {
                var (from, to) = (parsed.GetRequiredValue(source), parsed.GetRequiredValue(target));
                await client.Admin.CloneOffsetsAsync(from, to, parsed.GetValue(topic), parsed.GetValue(offline), cancellationToken);
                context.Show(parsed, new Facts { Sentence = $"Group '{to}' is where group '{from}' is." }.Add("Source", from).Add("Target", to));
            });
    }

    private static Argument<string> GroupArgument() => new("group") { Description = "Name of the consumer group." };

    private static Option<string> TopicOption() => new("--topic", "-t") { Description = "Topic.", Required = true };
}
