using System.Buffers.Binary;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.CommitLogs;

/// <summary>What recovery found.</summary>
/// <param name="StartOffset">Where it began to look; after a crash dispatch goes over the log again from here.</param>
/// <param name="EndOffset">End of the last valid record: here the log goes on.</param>
internal readonly record struct RecoveredLog(long StartOffset, long EndOffset);

// Finds the end of the log (reference: store.md section 13). Before anything is appended.
internal sealed partial class CommitLog
{
    private const int FilesToCheck = 3;

    /// <summary>Takes up the files.</summary>
    /// <param name="afterCrash">True when the store was not closed.</param>
    /// <exception cref="StoreException">A file has the wrong size, or one in the middle is missing.</exception>
    public void Load(bool afterCrash)
    {
        _segments.Load(repairLast: afterCrash);
        var segments = _segments.Segments;
        for (var i = 1; i < segments.Length; i++)
        {
            if (segments[i].StartOffset != segments[i - 1].EndOffset)
            {
                throw new StoreException(
                    $"The commit log file {SegmentFileName.Of(segments[i - 1].EndOffset)} is missing from {_segments.Directory}; put it "
                    + "back, or move the files before it away.");
            }
        }
    }

    /// <summary>Checks records up to the end of the log and cuts off what follows.</summary>
    /// <param name="afterCrash">True when the store was not closed.</param>
    /// <param name="safeTimestamp">After a crash: everything stored up to this time is known to be on the disk, queues included.</param>
    /// <exception cref="StoreException">The store was closed, and yet a file before the last is damaged.</exception>
    public RecoveredLog Recover(bool afterCrash, long safeTimestamp)
    {
        var segments = _segments.Segments;
        if (segments.Length == 0)
        {
            return default;
        }

        var first = afterCrash ? FindStart(segments, safeTimestamp) : Math.Max(0, segments.Length - FilesToCheck);
        var end = FindEnd(segments, first, afterCrash, out var last, out var isDamaged);
        if (isDamaged && !afterCrash && last + 1 < segments.Length)
        {
            throw new StoreException(
                $"The commit log is damaged at offset {end} in {segments[last].Path}, although the store was closed and "
                + $"{segments.Length - 1 - last} later files exist; restore the file from a replica, or move the later files away to go on "
                + "without their messages.");
        }

        _segments.TruncateTo(end);
        if (afterCrash && isDamaged)
        {
            _logger.TornTailCut(end, segments[last].Path);
        }

        if (_segments.Last is { } active)
        {
            var position = (int)(end - active.StartOffset);
            if (afterCrash && position < active.Size)
            {
                active.ClearFrom(position); // or remains of the torn tail could later be taken for records
            }

            Hold(active, position);
        }

        Volatile.Write(ref _readableUntil, end);
        Volatile.Write(ref _flushedUntil, end);
        return new RecoveredLog(segments[first].StartOffset, end);
    }

    private void Hold(MappedSegment active, int position)
    {
        if (!active.TryHold())
        {
            throw new StoreException($"The commit log file {active.Path} was closed during recovery.");
        }

        Activate(active, position);
    }

    // The newest file whose first record is old enough that everything before it is on the disk; else the first.
    private static int FindStart(MappedSegment[] segments, long safeTimestamp)
    {
        for (var i = segments.Length - 1; i > 0; i--)
        {
            var segment = segments[i];
            if (!segment.TryHold())
            {
                continue;
            }

            try
            {
                var head = segment.Read(0, Math.Min(segment.Size, MessageRecordLayout.FixedLength));
                if (head.Length == MessageRecordLayout.FixedLength
                    && BinaryPrimitives.ReadInt32BigEndian(head[MessageRecordLayout.MagicAt..]) == MessageRecordLayout.MessageMagic
                    && RecordCheck.StoreTimestamp(head) is var timestamp
                    && timestamp != 0
                    && timestamp <= safeTimestamp)
                {
                    return i;
                }
            }
            finally
            {
                segment.Release();
            }
        }

        return 0;
    }

    private long FindEnd(MappedSegment[] segments, int first, bool afterCrash, out int last, out bool isDamaged)
    {
        for (last = first; ; last++)
        {
            var segment = segments[last];
            var position = ScanFile(segment, afterCrash, out var stoppedAt);
            isDamaged = stoppedAt != RecordKind.Blank;
            if (isDamaged || last == segments.Length - 1)
            {
                // A blank at the very end is not counted: the original writes over it as well.
                return segment.StartOffset + position;
            }
        }
    }

    private int ScanFile(MappedSegment segment, bool afterCrash, out RecordKind stoppedAt)
    {
        if (!segment.TryHold())
        {
            throw new StoreException($"The commit log file {segment.Path} was closed during recovery.");
        }

        try
        {
            var position = 0;
            var previous = 0;
            while (true)
            {
                var rest = segment.Read(position, segment.Size - position);
                stoppedAt = RecordCheck.Look(rest, segment.StartOffset + position, _options.CheckCrcOnRecover, out var size);
                if (stoppedAt != RecordKind.Message)
                {
                    var isTorn = afterCrash && stoppedAt == RecordKind.Invalid && previous < position
                        && RecordCheck.EndsInZeros(segment.Read(previous, position - previous));
                    return isTorn ? previous : position;
                }

                Volatile.Write(ref _flushedTimestamp, RecordCheck.StoreTimestamp(rest));
                Volatile.Write(ref _appendedTimestamp, _flushedTimestamp);
                previous = position;
                position += size;
            }
        }
        finally
        {
            segment.Release();
        }
    }
}
