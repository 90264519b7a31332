using System.Buffers.Binary;
using static Rocketeer.Protocol.Messages.MessageRecordLayout;

namespace Rocketeer.Protocol.Messages;

/// <summary>
/// Lays a record out in place, in two steps: <see cref="Write"/> all that is known beforehand, then <see cref="Place"/> what is only
/// known once its offset is. The checksum may be set at any time in between (<see cref="SetBodyCrc"/>). Allocates nothing.
/// </summary>
public static class MessageRecordWriter
{
    /// <summary>Writes a record without offsets, store time and checksum, which stay 0.</summary>
    /// <param name="destination">At least <see cref="MessageRecordParts.TotalSize"/> bytes.</param>
    /// <param name="parts">The parts.</param>
    /// <returns>Length of the record.</returns>
    /// <exception cref="ArgumentException">The topic or the properties are longer than their length field can say, or the room is too small.</exception>
    public static int Write(Span<byte> destination, in MessageRecordParts parts)
    {
        if (parts.Topic.Length > MaxTopicBytes || parts.Properties.Length > MaxPropertiesBytes)
        {
            throw new ArgumentException(
                $"A record holds {MaxTopicBytes} bytes of topic and {MaxPropertiesBytes} of properties, not {parts.Topic.Length} and {parts.Properties.Length}.",
                nameof(parts));
        }

        var size = parts.TotalSize;
        if (destination.Length < size)
        {
            throw new ArgumentException($"The record has {size} bytes, the room for it {destination.Length}.", nameof(destination));
        }

        BinaryPrimitives.WriteInt32BigEndian(destination[TotalSizeAt..], size);
        BinaryPrimitives.WriteInt32BigEndian(destination[MagicAt..], MessageMagic);
        BinaryPrimitives.WriteInt32BigEndian(destination[BodyCrcAt..], 0);
        BinaryPrimitives.WriteInt32BigEndian(destination[QueueIdAt..], parts.QueueId);
        BinaryPrimitives.WriteInt32BigEndian(destination[FlagAt..], parts.Flag);
        BinaryPrimitives.WriteInt64BigEndian(destination[QueueOffsetAt..], 0);
        BinaryPrimitives.WriteInt64BigEndian(destination[PhysicalOffsetAt..], 0);
        BinaryPrimitives.WriteInt32BigEndian(destination[SysFlagAt..], parts.SysFlag);
        BinaryPrimitives.WriteInt64BigEndian(destination[BornTimestampAt..], parts.BornTimestamp);
        parts.BornHost.Write(destination[BornHostAt..]);
        BinaryPrimitives.WriteInt64BigEndian(destination[StoreTimestampAt..], 0);
        parts.StoreHost.Write(destination[StoreHostAt..]);
        BinaryPrimitives.WriteInt32BigEndian(destination[ReconsumeTimesAt..], parts.ReconsumeTimes);
        BinaryPrimitives.WriteInt64BigEndian(destination[PreparedTransactionOffsetAt..], parts.PreparedTransactionOffset);
        BinaryPrimitives.WriteInt32BigEndian(destination[BodyLengthAt..], parts.Body.Length);
        parts.Body.CopyTo(destination[BodyAt..]);

        var tail = destination[(BodyAt + parts.Body.Length)..];
        tail[0] = (byte)parts.Topic.Length;
        parts.Topic.CopyTo(tail[1..]);
        tail = tail[(1 + parts.Topic.Length)..];
        BinaryPrimitives.WriteInt16BigEndian(tail, (short)parts.Properties.Length);
        parts.Properties.CopyTo(tail[sizeof(short)..]);
        return size;
    }

    /// <summary>Fills in what the place of a record determines.</summary>
    /// <param name="record">A written record.</param>
    /// <param name="queueOffset">Index in the consume queue.</param>
    /// <param name="physicalOffset">Offset in the commit log.</param>
    /// <param name="storeTimestamp">Broker's clock, milliseconds since 1970.</param>
    public static void Place(Span<byte> record, long queueOffset, long physicalOffset, long storeTimestamp)
    {
        BinaryPrimitives.WriteInt64BigEndian(record[QueueOffsetAt..], queueOffset);
        BinaryPrimitives.WriteInt64BigEndian(record[PhysicalOffsetAt..], physicalOffset);
        BinaryPrimitives.WriteInt64BigEndian(record[StoreTimestampAt..], storeTimestamp);
    }

    /// <summary>Fills in the checksum of the body (<see cref="BodyChecksum"/>).</summary>
    public static void SetBodyCrc(Span<byte> record, int bodyCrc) =>
        BinaryPrimitives.WriteInt32BigEndian(record[BodyCrcAt..], bodyCrc);

    /// <summary>Writes the beginning of the blank that fills a commit log file to its end.</summary>
    /// <param name="destination">All that is left of the file, at least <see cref="BlankHeaderLength"/> bytes.</param>
    public static void WriteBlank(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination[TotalSizeAt..], destination.Length);
        BinaryPrimitives.WriteInt32BigEndian(destination[MagicAt..], BlankMagic);
    }
}
