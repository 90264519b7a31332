using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Queues;

// Loading, recovery, truncation, retention (store.md sections 8.3 and 14.3).
internal sealed partial class ConsumeQueue
{
    /// <summary>Files that recovery looks into; older ones were flushed long ago.</summary>
    private const int RecoveredFiles = 3;

    /// <summary>Takes up the files and finds the end: the first entry that was never written, from the third-last file on.</summary>
    /// <exception cref="StoreException">A file has another size than configured.</exception>
    public void Load()
    {
        _segments.Load(repairLast: true);
        var segments = _segments.Segments;
        var end = 0L;
        var maxAddress = 0L; // not an address
        for (var i = Math.Max(0, segments.Length - RecoveredFiles); i < segments.Length; i++)
        {
            var written = CountWritten(segments[i], ref maxAddress) * EntryLength;
            end = segments[i].StartOffset + written;
            if (written < segments[i].Size)
            {
                break;
            }
        }

        if (segments.Length > 0)
        {
            _segments.TruncateTo(end);
        }

        _extension?.Load(maxAddress);
    }

    /// <summary>Drops the entries of records at and behind a commit log offset; the files that held only such.</summary>
    public void TruncateAfter(long commitOffset)
    {
        if (commitOffset <= 0)
        {
            // Nothing is left, and the next entry may belong anywhere.
            _segments.DeleteAll();
            Volatile.Write(ref _minPosition, 0);
            Volatile.Write(ref _maxCommitOffset, -1);
            return;
        }

        Volatile.Write(ref _maxCommitOffset, commitOffset - 1);
        while (_segments.Last is { } last)
        {
            var kept = CountBefore(last, commitOffset, out var lastKept);
            if (kept > 0)
            {
                Volatile.Write(ref _maxCommitOffset, lastKept);
            }

            if (kept > 0 || (last.WrotePosition == 0 && last == _segments.First))
            {
                CutOff(last, kept * EntryLength);
                return;
            }

            _segments.DeleteLast(); // and on with the one before it, which may reach beyond the log as well
        }
    }

    /// <summary>
    /// Moves the first offset to the first entry whose record is still in the log; when there is none, not below the first file.
    /// </summary>
    /// <param name="minCommitOffset">First offset of the log.</param>
    public void CorrectMinOffset(long minCommitOffset)
    {
        if (_segments.First is not { } first)
        {
            return;
        }

        Volatile.Write(ref _minPosition, Math.Max(_minPosition, first.StartOffset));
        var from = (int)Math.Clamp(Volatile.Read(ref _minPosition) - first.StartOffset, 0, first.WrotePosition);
        if (!TryRead(first, from, out var run))
        {
            return;
        }

        using (run)
        {
            for (var i = 0; i < run.Count; i++)
            {
                var entry = run[i];
                if (entry.CommitOffset >= minCommitOffset && entry.Size != int.MaxValue)
                {
                    Volatile.Write(ref _minPosition, first.StartOffset + from + ((long)i * EntryLength));
                    _extension?.DeleteBefore(entry.TagsCode);
                    return;
                }
            }
        }
    }

    /// <summary>Deletes files all of whose records are gone, never the last file, and corrects the first offset.</summary>
    /// <param name="minCommitOffset">First offset of the log.</param>
    /// <returns>Files deleted.</returns>
    public int DeleteExpiredFiles(long minCommitOffset)
    {
        var deleted = 0;
        while (_segments.Segments is [var first, _, ..] && IsExpired(first, minCommitOffset) && _segments.DeleteFirst())
        {
            deleted++;
        }

        CorrectMinOffset(minCommitOffset);
        return deleted;
    }

    /// <summary>Deletes every file and the directory.</summary>
    public void Drop()
    {
        _isDropped = true;
        _segments.DeleteAll();
        _extension?.Drop();
        Volatile.Write(ref _minPosition, 0);
        if (Directory.Exists(_segments.Directory))
        {
            Directory.Delete(_segments.Directory, recursive: true);
        }
    }

    private bool IsExpired(MappedSegment segment, long minCommitOffset)
    {
        if (!TryRead(segment, segment.Size - EntryLength, out var run))
        {
            return false;
        }

        using (run)
        {
            return run[0].CommitOffset < minCommitOffset;
        }
    }

    private int CountWritten(MappedSegment segment, ref long maxAddress)
    {
        if (!TryRead(segment, 0, out var run))
        {
            return 0;
        }

        using (run)
        {
            for (var i = 0; i < run.Count; i++)
            {
                var entry = run[i];
                if (!entry.IsWritten)
                {
                    return i;
                }

                _maxCommitOffset = entry.CommitOffset;
                if (ConsumeQueueExtensionSet.IsAddress(entry.TagsCode))
                {
                    maxAddress = ConsumeQueueExtensionSet.IsAddress(maxAddress) ? Math.Max(maxAddress, entry.TagsCode) : entry.TagsCode;
                }
            }

            return run.Count;
        }
    }

    private int CountBefore(MappedSegment segment, long commitOffset, out long lastKept)
    {
        lastKept = -1;
        if (!TryRead(segment, 0, out var run))
        {
            return 0;
        }

        using (run)
        {
            var kept = 0;
            while (kept < run.Count && run[kept] is { IsWritten: true } entry && entry.CommitOffset < commitOffset)
            {
                lastKept = entry.CommitOffset;
                kept++;
            }

            return kept;
        }
    }

    // Entries behind the cut must not look valid to the recovery after a next crash.
    private static void CutOff(MappedSegment segment, int position)
    {
        if (segment.WrotePosition > position)
        {
            segment.ResetPositions(position);
            segment.ClearFrom(position);
        }
    }
}
