using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Queues;

// Reading: no lock, any thread.
internal sealed partial class ConsumeQueue
{
    /// <summary>The entries from a queue offset to the end of its file.</summary>
    /// <returns>False when there is none: below the first, behind the last, or its file is being deleted.</returns>
    public bool TryRead(long queueOffset, out EntryRun run)
    {
        run = default;
        if (queueOffset < MinOffset || queueOffset > long.MaxValue / EntryLength)
        {
            return false;
        }

        var segment = _segments.Find(queueOffset * EntryLength);
        return segment is not null && TryRead(segment, (int)((queueOffset * EntryLength) - segment.StartOffset), out run);
    }

    /// <summary>One entry.</summary>
    public bool TryReadEntry(long queueOffset, out ConsumeQueueEntry entry)
    {
        var found = TryRead(queueOffset, out var run);
        entry = found ? run[0] : default;
        run.Dispose();
        return found;
    }

    /// <summary>The extension unit that an entry points to.</summary>
    /// <param name="tagsCode">Tags code of the entry.</param>
    /// <param name="bitmap">Takes its filter bitmap.</param>
    /// <param name="unit">The unit.</param>
    public bool TryReadExtension(long tagsCode, Span<byte> bitmap, out ExtensionUnit unit)
    {
        unit = default;
        return _extension is not null && _extension.TryRead(tagsCode, bitmap, out unit);
    }

    /// <summary>End of the last entry's record in the log; -1 when there is no entry.</summary>
    public long LastCommitEnd()
    {
        var max = MaxOffset;
        return max > 0 && TryReadEntry(max - 1, out var entry) && entry.IsWritten && entry.Size != int.MaxValue ? entry.EndOffset : -1;
    }

    /// <summary>
    /// Queue offset nearest to a store time (store.md section 8.4). The file is chosen by the store time of its last entry, not by the
    /// file's modification time, which a copied store does not have.
    /// </summary>
    /// <param name="timestamp">Milliseconds since 1970.</param>
    /// <param name="log">Tells the store times.</param>
    public long OffsetByTime(long timestamp, ILogReader log)
    {
        var segment = FileByTime(timestamp, log);
        if (segment is null || !TryRead(segment, 0, out var run))
        {
            return 0;
        }

        using (run)
        {
            var first = (int)Math.Max((Volatile.Read(ref _minPosition) - segment.StartOffset) / EntryLength, 0);
            var nearest = NearestByTime(in run, first, timestamp, log);
            return nearest switch
            {
                StoreTimeUnknown => 0,
                NoNeighbour => MinOffset,
                _ => (segment.StartOffset / EntryLength) + nearest,
            };
        }
    }

    private const int NoNeighbour = -1;
    private const int StoreTimeUnknown = -2;

    private static int NearestByTime(in EntryRun run, int low, long timestamp, ILogReader log)
    {
        var (left, right, leftTime, rightTime) = (NoNeighbour, NoNeighbour, -1L, -1L);
        var minCommitOffset = log.MinOffset;
        for (var high = run.Count - 1; low <= high;)
        {
            var middle = (low + high) / 2;
            var entry = run[middle];
            if (entry.CommitOffset < minCommitOffset)
            {
                (low, left) = (middle + 1, middle);
                continue;
            }

            var time = log.StoreTimestampAt(entry.CommitOffset);
            if (time < 0)
            {
                return StoreTimeUnknown;
            }

            if (time == timestamp)
            {
                return middle;
            }

            if (time > timestamp)
            {
                (high, right, rightTime) = (middle - 1, middle, time);
            }
            else
            {
                (low, left, leftTime) = (middle + 1, middle, time);
            }
        }

        if (leftTime < 0)
        {
            return right;
        }

        return rightTime < 0 || timestamp - leftTime <= rightTime - timestamp ? left : right;
    }

    private MappedSegment? FileByTime(long timestamp, ILogReader log)
    {
        var segments = _segments.Segments;
        foreach (var segment in segments)
        {
            var last = (segment.WrotePosition / EntryLength) - 1;
            if (last >= 0 && TryRead(segment, last * EntryLength, out var run))
            {
                var entry = run[0];
                run.Dispose();
                if (entry.CommitOffset >= log.MinOffset && log.StoreTimestampAt(entry.CommitOffset) >= timestamp)
                {
                    return segment;
                }
            }
        }

        return segments is [.., var newest] ? newest : null;
    }

    private bool TryRead(MappedSegment segment, int position, out EntryRun run)
    {
        run = default;
        var length = segment.WrotePosition - position;
        if (length < EntryLength || !_storage.Mapped.TryHold(segment))
        {
            return false;
        }

        run = new EntryRun(segment, segment.Read(position, length));
        return true;
    }
}
