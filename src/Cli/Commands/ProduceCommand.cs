using System.CommandLine;
using System.Text;
using Rocketeer.Cli.Output;
using Rocketeer.Client;
using Rocketeer.Client.Producing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary><c>produce</c>: sends a message and says where it went.</summary>
internal static class ProduceCommand
{
    private const string ProducerGroup = "rocketctl-producer";

    public static Command Create(CommandContext context)
    {
        var topic = new Option<string>("--topic", "-t") { Description = "Topic; the broker creates it if it may.", Required = true };
        var body = new Option<string>("--body", "-b") { Description = "Text of the message.", Required = true };
        var tag = new Option<string?>("--tag") { Description = "Tag that consumers may filter by." };
        var keys = new Option<string[]>("--key", "-k") { Description = "Key under which the message is found again; may be repeated." };
        var properties = new Option<string[]>("--property", "-p") { Description = "Property as name=value; may be repeated." };
        var delay = CommandContext.Between(new("--delay-level") { Description = "1 to 18 is usually 1s 5s 10s 30s 1m … 2h; 0 is now." }, 0, 1000);
        var count = CommandContext.Between(new("--count") { Description = "Sends it so often.", DefaultValueFactory = _ => 1 }, 1, int.MaxValue);
        var broker = new Option<string?>("--broker") { Description = "Only to this broker, by name." };
        var queue = CommandContext.Between(new("--queue") { Description = "Only to this queue; with --broker." }, 0, int.MaxValue);
        properties.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                result.AddError($"--property '{token.Value}' is not name=value.");
            }
        });
        var command = new ExampleCommand(
            "produce", "Sends a message.", "rocketctl produce --topic hello --body \"first message\"")
        {
            topic, body, tag, keys, properties, delay, count, broker, queue,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var message = new Message(parsed.GetRequiredValue(topic), Encoding.UTF8.GetBytes(parsed.GetRequiredValue(body)))
            {
                Tag = parsed.GetValue(tag),
                Keys = parsed.GetValue(keys) ?? [],
                DelayLevel = parsed.GetValue(delay),
            };
            foreach (var property in parsed.GetValue(properties) ?? [])
            {
                var equals = property.IndexOf('=', StringComparison.Ordinal);
                message.Properties[property[..equals]] = property[(equals + 1)..];
            }

            await using var client = context.Connect(parsed);
            await using var producer = client.CreateProducer(ProducerGroup);
            var place = parsed.GetValue(broker) is { } name ? await PlaceAsync(producer, message.Topic, name, parsed.GetResult(queue) is null ? null : parsed.GetValue(queue), cancellationToken) : null;
            for (var sent = 0; sent < parsed.GetValue(count); sent++)
            {
                var result = place is null ? await producer.SendAsync(message, cancellationToken) : await producer.SendAsync(message, place, cancellationToken);
                Print(context.Terminal, result, context.FormatOf(parsed));
            }
        });
        return command;
    }

    private static async Task<MessageQueue> PlaceAsync(
        Producer producer, string topic, string broker, int? queue, CancellationToken cancellationToken)
    {
        var queues = await producer.GetQueuesAsync(topic, cancellationToken);
        return queues.FirstOrDefault(candidate => candidate.BrokerName == broker && (queue is null || candidate.QueueId == queue))
            ?? throw new CommandFailedException($"Topic '{topic}' has no such queue to write to on broker '{broker}'; see 'rocketctl topic route {topic}'.");
    }

    internal static void Print(Terminal terminal, SendResult result, OutputFormat format)
    {
        var sent = new SentView(
            result.Status.ToString(), result.MessageId, result.OffsetMessageId, result.Queue.Topic, result.Queue.BrokerName, result.Queue.QueueId,
            result.QueueOffset);
        if (format != OutputFormat.Table)
        {
            terminal.ShowNext(format, sent, OutputJson.Line.SentView);
        }
        else
        {
            terminal.Out.WriteLine(
                $"{sent.MessageId} is {Words(result.Status)} in topic {sent.Topic}, {sent.Broker} queue {sent.Queue} at {sent.Offset} (offset id {sent.OffsetMessageId}).");
        }
    }

    private static string Words(SendStatus status) => status switch
    {
        SendStatus.Stored => "stored",
        SendStatus.FlushTimedOut => "stored, but not confirmed to be on disk,",
        SendStatus.ReplicaTimedOut => "stored, but not confirmed by a slave,",
        SendStatus.ReplicaUnavailable => "stored, but without a slave near enough,",
        _ => status.ToString(),
    };
}

/// <summary>Where a message went.</summary>
internal sealed record SentView(string Status, string MessageId, string OffsetMessageId, string Topic, string Broker, int Queue, long Offset);
