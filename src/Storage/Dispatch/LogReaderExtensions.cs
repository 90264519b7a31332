using System.Buffers.Binary;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Dispatch;

/// <summary>Reads of single records. Any offset is safe: what is no record is not found.</summary>
internal static class LogReaderExtensions
{
    /// <summary>Finds the record at an offset by its own length, after checking magic, place and length.</summary>
    /// <param name="log">The log.</param>
    /// <param name="commitOffset">Any offset.</param>
    /// <param name="held">Segment of the record, to be released.</param>
    /// <param name="record">The record; valid until the segment is released.</param>
    public static bool TryReadRecord(this ILogReader log, long commitOffset, out MappedSegment? held, out ReadOnlySpan<byte> record)
    {
        record = default;
        held = log.TryHold(commitOffset);
        if (held is null)
        {
            return false;
        }

        var position = (int)(commitOffset - held.StartOffset);
        var readable = held.Read(position, Math.Max(0, held.WrotePosition - position));
        var size = readable.Length >= MessageRecordLayout.FixedLength ? BinaryPrimitives.ReadInt32BigEndian(readable) : 0;
        if (size >= MessageRecordLayout.FixedLength && size <= readable.Length && IsRecordAt(readable, commitOffset))
        {
            record = readable[..size];
            return true;
        }

        held.Release();
        held = null;
        return false;
    }

    /// <summary>Finds the bytes that a queue entry points to.</summary>
    /// <param name="log">The log.</param>
    /// <param name="commitOffset">Any offset.</param>
    /// <param name="size">Length of the record as the entry tells it; it must be the record's own.</param>
    /// <param name="held">Segment of the record, to be released.</param>
    /// <param name="record">The record; valid until the segment is released.</param>
    public static bool TryReadRecord(
        this ILogReader log, long commitOffset, int size, out MappedSegment? held, out ReadOnlySpan<byte> record)
    {
        if (log.TryReadRecord(commitOffset, out held, out record) && record.Length == size)
        {
            return true;
        }

        held?.Release();
        held = null;
        return false;
    }

    /// <summary>Store time of the record at an offset, milliseconds since 1970; -1 when there is no record.</summary>
    public static long StoreTimestampAt(this ILogReader log, long commitOffset)
    {
        if (!log.TryReadRecord(commitOffset, out var held, out var record))
        {
            return -1;
        }

        var time = BinaryPrimitives.ReadInt64BigEndian(record[MessageRecordLayout.StoreTimestampAt..]);
        held!.Release();
        return time;
    }

    private static bool IsRecordAt(ReadOnlySpan<byte> bytes, long commitOffset) =>
        BinaryPrimitives.ReadInt32BigEndian(bytes[MessageRecordLayout.MagicAt..]) == MessageRecordLayout.MessageMagic
        && BinaryPrimitives.ReadInt64BigEndian(bytes[MessageRecordLayout.PhysicalOffsetAt..]) == commitOffset;
}
