using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Transactions;

/// <summary>
/// A message of a transaction that has not ended: it lies in queue 0 of the half topic, where no consumer looks, and its properties say
/// where it belongs (reference: broker.md section 12.1).
/// </summary>
internal static class HalfMessage
{
    /// <summary>Queue of the half topic and of the topic of operations.</summary>
    public const int QueueId = 0;

    /// <summary>Progress of the check in both topics is kept as that of this consumer group.</summary>
    public const string CheckGroup = "CID_RMQ_SYS_TRANS";

    private const byte NameEnd = (byte)MessageProperties.NameValueSeparator;
    private const byte PropertyEnd = (byte)MessageProperties.PropertySeparator;

    /// <summary>True for a message that a producer sends as part of a transaction.</summary>
    public static bool IsAsked(ReadOnlySpan<byte> properties) =>
        MessageProperties.TryFind(properties, "TRAN_MSG"u8, out var value) && Ascii.EqualsIgnoreCase(value, "true"u8);

    /// <summary>Most bytes that <see cref="WriteProperties"/> writes.</summary>
    public static int MaxPropertiesLength(ReadOnlySpan<byte> properties, string topic) =>
        properties.Length + Encoding.UTF8.GetMaxByteCount(topic.Length) + 64;

    /// <summary>
    /// Writes the properties of a half message: those of the message with its topic and queue. A delay is left out: the store would keep
    /// the half message itself back, and lose the destination; the original's clients do not combine the two either.
    /// </summary>
    /// <param name="destination">At least <see cref="MaxPropertiesLength"/> bytes.</param>
    /// <param name="properties">The properties as sent.</param>
    /// <param name="topic">Where the message belongs.</param>
    /// <param name="queueId">Queue where it belongs.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteProperties(Span<byte> destination, ReadOnlySpan<byte> properties, string topic, int queueId)
    {
        var length = 0;
        while (!properties.IsEmpty)
        {
            var end = properties.IndexOf(PropertyEnd);
            var piece = end < 0 ? properties : properties[..end];
            properties = end < 0 ? default : properties[(end + 1)..];
            if (!piece.IsEmpty && !IsNamed(piece, "REAL_TOPIC"u8) && !IsNamed(piece, "REAL_QID"u8) && !IsNamed(piece, "DELAY"u8))
            {
                piece.CopyTo(destination[length..]);
                destination[length + piece.Length] = PropertyEnd;
                length += piece.Length + 1;
            }
        }

        length += WriteName(destination[length..], "REAL_TOPIC"u8);
        length += Encoding.UTF8.GetBytes(topic, destination[length..]);
        destination[length++] = PropertyEnd;
        length += WriteName(destination[length..], "REAL_QID"u8);
        queueId.TryFormat(destination[length..], out var digits, default, CultureInfo.InvariantCulture);
        length += digits;
        destination[length++] = PropertyEnd;
        return length;
    }

    /// <summary>Reads where a half message belongs.</summary>
    /// <returns>False for a record that no transaction can have left in the half topic.</returns>
    public static bool TryAddress(in MessageRecordView half, out ReadOnlySpan<byte> topic, out int queueId)
    {
        queueId = 0;
        return MessageProperties.TryFind(half.Properties, "REAL_TOPIC"u8, out topic)
            && !topic.SequenceEqual(half.Topic)
            && MessageProperties.TryFind(half.Properties, "REAL_QID"u8, out var queue)
            && TryNumber(queue, out var number)
            && number is >= 0 and <= int.MaxValue
            && (queueId = (int)number) >= 0;
    }

    /// <summary>True when a record lies in the half topic.</summary>
    public static bool IsInHalfTopic(in MessageRecordView record) => record.Topic.SequenceEqual("RMQ_SYS_TRANS_HALF_TOPIC"u8);

    /// <summary>The message that a committed transaction delivers.</summary>
    /// <param name="half">Its half message, with an address.</param>
    /// <param name="topic">Its topic.</param>
    /// <param name="queueId">Its queue.</param>
    public static MessageToStore Committed(in MessageRecordView half, string topic, int queueId) => new()
    {
        Topic = topic,
        QueueId = queueId,
        Flag = half.Flag,
        SysFlag = MessageSysFlags.WithTransactionType(half.SysFlag, MessageSysFlags.TransactionCommit),
        BornTimestamp = half.BornTimestamp,
        BornHost = half.BornHost,
        StoreHost = half.StoreHost,
        ReconsumeTimes = half.ReconsumeTimes,
        PreparedTransactionOffset = half.PhysicalOffset,
        Body = half.Body,
        Properties = half.Properties,
    };

    /// <summary>Reads a whole number that fills the text.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, out long number) =>
        Utf8Parser.TryParse(text, out number, out var consumed) && consumed == text.Length;

    private static bool IsNamed(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> name) =>
        piece.Length > name.Length && piece[name.Length] == NameEnd && piece.StartsWith(name);

    private static int WriteName(Span<byte> destination, ReadOnlySpan<byte> name)
    {
        name.CopyTo(destination);
        destination[name.Length] = NameEnd;
        return name.Length + 1;
    }
}
