using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Client.Admin;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary><c>message</c>: stored messages by id and by key.</summary>
internal static class MessageCommands
{
    // What the original's brokers give at most per query (defaultQueryMaxNum).
    private const int UsualMost = 32;

    public static Command Create(CommandContext context) => ExampleCommand.Group(
        "message",
        "Finds, prints and tracks stored messages.",
        [View(context), Query(context), .. MessageReadCommands.Create(context), .. MessageTrackCommands.Create(context)]);

    private static ExampleCommand View(CommandContext context)
    {
        var id = new Argument<string>("id") { Description = "Offset message id; with --topic the id that the producer gave." };
        var topic = new Option<string?>("--topic", "-t") { Description = "Topic, to look for the id that the producer gave." };
        var command = new ExampleCommand(
            "view", "Shows one message with all its properties.", "rocketctl message view 7F000001000051AF0000000000000000") { id, topic };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var found = await FindAsync(client.Admin, parsed.GetRequiredValue(id), parsed.GetValue(topic), cancellationToken);
            context.Terminal.Show(context.FormatOf(parsed), MessageView.Of(found), OutputJson.Pretty.MessageView, ViewTable);
        });
        return command;
    }

    /// <summary>The message at an offset id, or with an id that its producer gave if the topic is known.</summary>
    /// <exception cref="CommandFailedException">There is none.</exception>
    internal static async Task<MessageExt> FindAsync(AdminClient admin, string id, string? topic, CancellationToken cancellationToken)
    {
        var found = topic is null
            ? await admin.ViewMessageAsync(id, cancellationToken)
            : await admin.QueryByMessageIdAsync(topic, id, cancellationToken);
        return found ?? throw new CommandFailedException(topic is null
            ? $"There is no message at offset id '{id}'; for the id that a producer gave, name its --topic."
            : $"Topic '{topic}' has no message '{id}'.");
    }

    internal static TextTable ViewTable(MessageView message)
    {
        var table = new TextTable("Field", "Value") { Summary = $"{Environment.NewLine}{message.Printable}" };
        table.Add("Message id", message.MessageId);
        table.Add("Offset message id", message.OffsetMessageId);
        table.Add("Topic", message.Topic);
        table.Add("Queue", $"{Cell.Text(message.Broker)} {Cell.Of(message.Queue)} at {Cell.Of(message.Offset)}");
        table.Add("Tag", Cell.Text(message.Tag));
        table.Add("Keys", Cell.Text(message.Keys));
        table.Add("Born", $"{Cell.Time(message.Born?.ToUnixTimeMilliseconds() ?? 0)} at {message.BornHost}");
        table.Add("Stored", $"{Cell.Time(message.Stored?.ToUnixTimeMilliseconds() ?? 0)} at {message.StoreHost}");
        table.Add("Consumed again", $"{Cell.Of(message.ReconsumeTimes)} times");
        table.Add("Size", $"{Cell.Of(message.BodyBytes)} bytes of body, {Cell.Of(message.StoreSize)} stored");
        foreach (var (name, value) in message.Properties)
        {
            table.Add($"Property {name}", value);
        }

        return table;
    }

    private static ExampleCommand Query(CommandContext context)
    {
        var topic = new Option<string>("--topic", "-t") { Description = "Topic.", Required = true };
        var key = new Option<string>("--key", "-k") { Description = "One of the keys of the messages.", Required = true };
        var most = CommandContext.Between(
            new("--max") { Description = "Most messages per broker; brokers have a limit of their own.", DefaultValueFactory = _ => UsualMost }, 1, 1024);
        var command = new ExampleCommand("query", "Finds messages by key, oldest first.", "rocketctl message query --topic orders --key 4711")
        {
            topic, key, most,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var found = await client.Admin.QueryByKeyAsync(
                parsed.GetRequiredValue(topic), parsed.GetRequiredValue(key), parsed.GetValue(most), cancellationToken: cancellationToken);
            context.Terminal.Show(
                context.FormatOf(parsed), [.. found.Select(MessageView.Of)], OutputJson.Pretty.IReadOnlyListMessageView, QueryTable);
        });
        return command;
    }

    private static TextTable QueryTable(IReadOnlyList<MessageView> messages)
    {
        var table = new TextTable("Message id", "Broker", "Queue", "Offset", "Stored", "Tag", "Keys", "Bytes")
        {
            WhenEmpty = "No message has this key.",
        };
        foreach (var message in messages)
        {
            table.Add(
                message.MessageId,
                Cell.Text(message.Broker),
                Cell.Of(message.Queue),
                Cell.Of(message.Offset),
                Cell.Time(message.Stored?.ToUnixTimeMilliseconds() ?? 0),
                Cell.Text(message.Tag),
                Cell.Text(message.Keys),
                Cell.Of(message.BodyBytes));
        }

        return table;
    }
}
