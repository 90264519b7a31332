using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
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
    public static bool TryReadRecord(
        this ILogReader log, long commitOffset, [NotNullWhen(true)] out MappedSegment? held, out ReadOnlySpan<byte> record)
    {
        record = default;
        held = log.TryHold(commitOffset);
        if (held is null)
        {
            return false;
        }

        if (TryReadRecord(held, commitOffset, out record))
        {
            return true;
        }

        held.Release();
        held = null;
        return false;
    }

    /// <summary>Finds the record at an offset of a held segment.</summary>
    public static bool TryReadRecord(MappedSegment held, long commitOffset, out ReadOnlySpan<byte> record)
    {
        var position = (int)(commitOffset - held.StartOffset);
        var readable = held.Read(position, Math.Max(0, held.WrotePosition - position));
        var size = readable.Length >= MessageRecordLayout.FixedLength ? BinaryPrimitives.ReadInt32BigEndian(readable) : 0;
        var found = size >= MessageRecordLayout.FixedLength && size <= readable.Length && IsRecordAt(readable, commitOffset);
        record = found ? readable[..size] : default;
        return found;
    }

    /// <summary>Store time of the record at an offset, milliseconds since 1970; -1 when there is no record.</summary>
    public static long StoreTimestampAt(this ILogReader log, long commitOffset)
    {
        if (!log.TryReadRecord(commitOffset, out var held, out var record))
        {
            return -1;
        }

        var time = BinaryPrimitives.ReadInt64BigEndian(record[MessageRecordLayout.StoreTimestampAt..]);
        held.Release();
        return time;
    }

    private static bool IsRecordAt(ReadOnlySpan<byte> bytes, long commitOffset) =>
        BinaryPrimitives.ReadInt32BigEndian(bytes[MessageRecordLayout.MagicAt..]) == MessageRecordLayout.MessageMagic
        && BinaryPrimitives.ReadInt64BigEndian(bytes[MessageRecordLayout.PhysicalOffsetAt..]) == commitOffset;
}
