using System.Buffers.Binary;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Storage.CommitLogs;

/// <summary>What stands at a position of the log.</summary>
internal enum RecordKind
{
    /// <summary>Nothing valid: the end of the log, or damage.</summary>
    Invalid,

    /// <summary>A record.</summary>
    Message,

    /// <summary>The blank that fills the file.</summary>
    Blank,
}

/// <summary>
/// Decides whether bytes of the log are a record (reference: store.md section 2.2). Stricter than the original in one point: the record
/// must also carry the offset at which it stands, so that a record left over from a longer log is not taken for a new one.
/// </summary>
internal static class RecordCheck
{
    /// <summary>Looks at a position.</summary>
    /// <param name="bytes">From the position to the end of the file.</param>
    /// <param name="offset">Offset of the position in the log.</param>
    /// <param name="verifyBody">Whether to compare the checksum of a non-empty body.</param>
    /// <param name="size">Length of the record; 0 unless it is one.</param>
    public static RecordKind Look(ReadOnlySpan<byte> bytes, long offset, bool verifyBody, out int size)
    {
        size = 0;
        if (bytes.Length < MessageRecordLayout.BlankHeaderLength)
        {
            return RecordKind.Invalid;
        }

        var magic = BinaryPrimitives.ReadInt32BigEndian(bytes[MessageRecordLayout.MagicAt..]);
        if (magic == MessageRecordLayout.BlankMagic)
        {
            return RecordKind.Blank;
        }

        var total = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (magic != MessageRecordLayout.MessageMagic || total < MessageRecordLayout.FixedLength || total > bytes.Length)
        {
            return RecordKind.Invalid;
        }

        var record = bytes[..total];
        if (BinaryPrimitives.ReadInt64BigEndian(record[MessageRecordLayout.PhysicalOffsetAt..]) != offset || !HasConsistentLengths(record))
        {
            return RecordKind.Invalid;
        }

        var bodyLength = BinaryPrimitives.ReadInt32BigEndian(record[MessageRecordLayout.BodyLengthAt..]);
        if (verifyBody && bodyLength > 0
            && BodyChecksum.Of(record.Slice(MessageRecordLayout.BodyAt, bodyLength))
                != BinaryPrimitives.ReadInt32BigEndian(record[MessageRecordLayout.BodyCrcAt..]))
        {
            return RecordKind.Invalid;
        }

        size = total;
        return RecordKind.Message;
    }

    /// <summary>Store time of a record.</summary>
    public static long StoreTimestamp(ReadOnlySpan<byte> record) =>
        BinaryPrimitives.ReadInt64BigEndian(record[MessageRecordLayout.StoreTimestampAt..]);

    private static bool HasConsistentLengths(ReadOnlySpan<byte> record)
    {
        var bodyLength = BinaryPrimitives.ReadInt32BigEndian(record[MessageRecordLayout.BodyLengthAt..]);
        if (bodyLength < 0 || bodyLength > record.Length - MessageRecordLayout.FixedLength)
        {
            return false;
        }

        var topicLength = (sbyte)record[MessageRecordLayout.BodyAt + bodyLength];
        var propertiesAt = MessageRecordLayout.BodyAt + bodyLength + 1 + topicLength;
        if (topicLength < 0 || propertiesAt + sizeof(short) > record.Length)
        {
            return false;
        }

        var propertiesLength = Math.Max((short)0, BinaryPrimitives.ReadInt16BigEndian(record[propertiesAt..]));
        return MessageRecordLayout.TotalSize(bodyLength, topicLength, propertiesLength) == record.Length;
    }
}
