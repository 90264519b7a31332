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

        if (!MessageRecordView.TryParse(bytes, out var record)
            || record.PhysicalOffset != offset
            || (verifyBody && !record.Body.IsEmpty && !record.HasValidChecksum))
        {
            return RecordKind.Invalid;
        }

        size = record.TotalSize;
        return RecordKind.Message;
    }

    /// <summary>
    /// True when the end of a record was not written before a crash. Topic and properties have no checksum, but neither ends in a zero byte.
    /// </summary>
    public static bool EndsInZeros(ReadOnlySpan<byte> record) =>
        MessageRecordView.TryParse(record, out var view) && (view.Topic is [.., 0] || view.Properties is [.., 0]);

    /// <summary>Store time of a record.</summary>
    public static long StoreTimestamp(ReadOnlySpan<byte> record) =>
        BinaryPrimitives.ReadInt64BigEndian(record[MessageRecordLayout.StoreTimestampAt..]);
}
