using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Client.Admin;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary><c>message</c>: who consumed a message, and giving it to somebody again.</summary>
internal static class MessageTrackCommands
{
    private const string ResenderGroup = "rocketctl-resend";

    public static IEnumerable<Command> Create(CommandContext context) => [Track(context), Push(context), Resend(context)];

    private static ExampleCommand Track(CommandContext context)
    {
        var (id, topic) = (IdArgument(), TopicOption());
        return context.Asking(
            "track", "Shows what each consumer group did with a message.", "rocketctl message track 7F000001000051AF0000000000000000", [id, topic],
            async (parsed, client, cancellationToken) =>
            {
                var message = await MessageCommands.FindAsync(client.Admin, parsed.GetRequiredValue(id), parsed.GetValue(topic), cancellationToken);
                context.Show(parsed, new Listing<MessageTrack>(await client.Admin.TrackAsync(message, cancellationToken)) { WhenEmpty = "No group consumes its topic." }
                    .Column("Group", track => track.Group)
                    .Column("State", track => track.State)
                    .Column("Note", track => track.Note));
            });
    }

    private static ExampleCommand Push(CommandContext context)
    {
        var (id, topic) = (IdArgument(), TopicOption());
        var group = new Option<string>("--group", "-g") { Description = "Consumer group.", Required = true };
        var consumer = new Option<string>("--client", "-i") { Description = "Client id of the consumer; see group consumers.", Required = true };
        return context.Asking(
            "push",
            "Gives one message to one consumer now, and shows what its handler says; its offset does not change.",
            "rocketctl message push 7F000001000051AF0000000000000000 --group billing --client 10.0.0.7@1",
            [id, topic, group, consumer],
            async (parsed, client, cancellationToken) =>
            {
                var message = await MessageCommands.FindAsync(client.Admin, parsed.GetRequiredValue(id), parsed.GetValue(topic), cancellationToken);
                var result = await client.Admin.ConsumeDirectlyAsync(
                    parsed.GetRequiredValue(group), parsed.GetRequiredValue(consumer), message.OffsetMessageId.ToString(), cancellationToken);
                context.Show(parsed, new Facts()
                    .Add("Result", result.ConsumeResult)
                    .Add("Milliseconds", result.SpentTimeMills)
                    .Add("Ordered", result.Order)
                    .Add("Remark", result.Remark));
            });
    }

    private static ExampleCommand Resend(CommandContext context)
    {
        var (id, topic) = (IdArgument(), TopicOption());
        return context.Asking(
            "resend", "Sends a copy of a message to its topic: every group gets it again.", "rocketctl message resend 7F000001000051AF0000000000000000", [id, topic],
            async (parsed, client, cancellationToken) =>
            {
                var found = await MessageCommands.FindAsync(client.Admin, parsed.GetRequiredValue(id), parsed.GetValue(topic), cancellationToken);
                await using var producer = client.CreateProducer(ResenderGroup);
                ProduceCommand.Print(context.Terminal, await producer.SendAsync(CopyOf(found), cancellationToken), context.FormatOf(parsed));
            });
    }

    /// <summary>What its producer said: the properties that brokers and clients add are not said again.</summary>
    private static Client.Message CopyOf(MessageExt message)
    {
        var copy = new Client.Message(message.Topic, message.Body)
        {
            Tag = message.Tags,
            Keys = message.Keys?.Split(PropertyNames.KeySeparator, StringSplitOptions.RemoveEmptyEntries) ?? [],
        };
        foreach (var (name, value) in message.Properties)
        {
            if (!PropertyNames.Reserved.Contains(name))
            {
                copy.Properties[name] = value;
            }
        }

        return copy;
    }

    private static Argument<string> IdArgument() => new("id") { Description = "Offset message id; with --topic the id that the producer gave." };

    private static Option<string?> TopicOption() => new("--topic", "-t") { Description = "Topic, to look for the id that the producer gave." };
}
