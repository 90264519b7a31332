using System.Text;
using System.Text.Json.Serialization;
using Rocketeer.Cli.Output;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary>A stored message. Its body is text if it is valid UTF-8, else base 64.</summary>
internal sealed record MessageView
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public required string MessageId { get; init; }

    public required string OffsetMessageId { get; init; }

    public required string Topic { get; init; }

    public string? Broker { get; init; }

    public int Queue { get; init; }

    public long Offset { get; init; }

    public string? Tag { get; init; }

    public string? Keys { get; init; }

    public DateTimeOffset? Born { get; init; }

    public DateTimeOffset? Stored { get; init; }

    public required string BornHost { get; init; }

    public required string StoreHost { get; init; }

    public int ReconsumeTimes { get; init; }

    public int StoreSize { get; init; }

    public int BodyBytes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Body { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BodyBase64 { get; init; }

    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    public static MessageView Of(MessageExt message)
    {
        var text = TextOf(message.Body.Span);
        return new MessageView
        {
            MessageId = message.MessageId,
            OffsetMessageId = message.OffsetMessageId.ToString(),
            Topic = message.Topic,
            Broker = message.BrokerName.Length > 0 ? message.BrokerName : null,
            Queue = message.QueueId,
            Offset = message.QueueOffset,
            Tag = message.Tags,
            Keys = message.Keys,
            Born = Cell.TimeOrNull(message.BornTimestamp),
            Stored = Cell.TimeOrNull(message.StoreTimestamp),
            BornHost = message.BornHost.ToString(),
            StoreHost = message.StoreHost.ToString(),
            ReconsumeTimes = message.ReconsumeTimes,
            StoreSize = message.StoreSize,
            BodyBytes = message.Body.Length,
            Body = text,
            BodyBase64 = text is null ? Convert.ToBase64String(message.Body.Span) : null,
            Properties = new SortedDictionary<string, string>(message.Properties, StringComparer.Ordinal),
        };
    }

    /// <summary>When it was stored, where it is, and its tag: the beginning of a line for people.</summary>
    [JsonIgnore]
    public string Headline =>
        $"{Cell.Time(Stored?.ToUnixTimeMilliseconds() ?? 0)} {Cell.Text(Broker)}/{Queue}@{Offset}{(Tag is { } tag ? $" [{tag}]" : "")}";

    /// <summary>The body for people; control characters that would play with the terminal are shown as dots.</summary>
    [JsonIgnore]
    public string Printable => Body is null
        ? $"({BodyBytes} bytes that are no text: base64 {BodyBase64})"
        : string.Concat(Body.Select(character => char.IsControl(character) && character is not ('\n' or '\t') ? '.' : character));

    private static string? TextOf(ReadOnlySpan<byte> body)
    {
        try
        {
            return Strict.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
