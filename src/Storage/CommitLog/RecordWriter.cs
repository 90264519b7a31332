using System.Buffers.Binary;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Storage.CommitLogs;

/// <summary>Lays a record out where it will stay (docs/formats/commit-log.md). No state, no allocation.</summary>
internal static class RecordWriter
{
    /// <summary>What the append lock decides, or what was prepared before it.</summary>
    /// <param name="BodyCrc">Checksum of the body, computed before the lock.</param>
    /// <param name="QueueOffset">Index in the consume queue.</param>
    /// <param name="CommitOffset">Offset of the record in the log.</param>
    /// <param name="StoreTimestamp">Broker's clock, milliseconds since 1970.</param>
    internal readonly record struct Placement(int BodyCrc, long QueueOffset, long CommitOffset, long StoreTimestamp);

    /// <summary>Writes a record.</summary>
    /// <param name="target">Exactly the record's bytes.</param>
    /// <param name="message">Everything but flag, body and properties, which differ within a batch.</param>
    /// <param name="topic">Topic in UTF-8.</param>
    /// <param name="flag">The user's flag.</param>
    /// <param name="body">Body.</param>
    /// <param name="properties">Properties string in UTF-8.</param>
    /// <param name="placement">Where and when.</param>
    public static void Write(
        Span<byte> target,
        in MessageToStore message,
        ReadOnlySpan<byte> topic,
        int flag,
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> properties,
        in Placement placement)
    {
        BinaryPrimitives.WriteInt32BigEndian(target[MessageRecordLayout.TotalSizeAt..], target.Length);
        BinaryPrimitives.WriteInt32BigEndian(target[MessageRecordLayout.MagicAt..], MessageRecordLayout.MessageMagic);
        BinaryPrimitives.WriteInt32BigEndian(target[MessageRecordLayout.BodyCrcAt..], placement.BodyCrc);
        BinaryPrimitives.WriteInt32BigEndian(target[MessageRecordLayout.QueueIdAt..], message.QueueId);
        BinaryPrimitives.WriteInt32BigEndian(target[MessageRecordLayout.FlagAt..], flag);
        BinaryPrimitives.WriteInt64BigEndian(target[MessageRecordLayout.QueueOffsetAt..], placement.QueueOffset);
        BinaryPrimitives.WriteInt64BigEndian(target[MessageRecordLayout.PhysicalOffsetAt..], placement.CommitOffset);
        BinaryPrimitives.WriteInt32BigEndian(target[MessageRecordLayout.SysFlagAt..], message.SysFlag);
        BinaryPrimitives.WriteInt64BigEndian(target[MessageRecordLayout.BornTimestampAt..], message.BornTimestamp);
        message.BornHost.Write(target[MessageRecordLayout.BornHostAt..]);
        BinaryPrimitives.WriteInt64BigEndian(target[MessageRecordLayout.StoreTimestampAt..], placement.StoreTimestamp);
        message.StoreHost.Write(target[MessageRecordLayout.StoreHostAt..]);
        BinaryPrimitives.WriteInt32BigEndian(target[MessageRecordLayout.ReconsumeTimesAt..], message.ReconsumeTimes);
        BinaryPrimitives.WriteInt64BigEndian(
            target[MessageRecordLayout.PreparedTransactionOffsetAt..], message.PreparedTransactionOffset);
        BinaryPrimitives.WriteInt32BigEndian(target[MessageRecordLayout.BodyLengthAt..], body.Length);

        var rest = target[MessageRecordLayout.BodyAt..];
        body.CopyTo(rest);
        rest = rest[body.Length..];
        rest[0] = (byte)topic.Length;
        topic.CopyTo(rest[1..]);
        rest = rest[(1 + topic.Length)..];
        BinaryPrimitives.WriteInt16BigEndian(rest, (short)properties.Length);
        properties.CopyTo(rest[sizeof(short)..]);
    }

    /// <summary>Writes the header of the blank that fills a file to its end.</summary>
    /// <param name="target">At least eight bytes.</param>
    /// <param name="length">Bytes from here to the end of the file.</param>
    public static void WriteBlank(Span<byte> target, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, length);
        BinaryPrimitives.WriteInt32BigEndian(target[MessageRecordLayout.MagicAt..], MessageRecordLayout.BlankMagic);
    }
}
