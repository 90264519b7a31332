namespace Rocketeer.Storage.CommitLogs;

// Makes bytes durable. One flusher at a time, serialized by _flushLock; it alone moves _flushedUntil.
internal sealed partial class CommitLog
{
    private const int PageSize = 4096;

    private readonly Lock _flushLock = new();
    private readonly List<StagingBlock> _committing = [];
    private long _flushedUntil;
    private long _flushedTimestamp;
    private long _appendedTimestamp; // written in CommitLog.Claim.cs
    private Exception? _fatal;

    /// <summary>Bytes appended that the committer has not confirmed; 0 under asynchronous flush. A snapshot.</summary>
    public int StagedBytes => _staging?.Staged ?? 0;

    /// <summary>True after a flush failed: nothing more is appended.</summary>
    public bool IsPoisoned => Volatile.Read(ref _fatal) is not null;

    /// <summary>Why the log accepts no more messages, or <see langword="null"/>.</summary>
    public Exception? Failure => Volatile.Read(ref _fatal);

    /// <summary>Messages stored up to this time (milliseconds since 1970) are durable; 0 before the first flush.</summary>
    public long FlushedTimestamp => Volatile.Read(ref _flushedTimestamp);

    /// <summary>Flushes what is readable, when it is worth it.</summary>
    /// <param name="leastPages">Dirty pages that make it worth it; 0 for any byte.</param>
    /// <returns>Bytes made durable.</returns>
    public long Flush(int leastPages)
    {
        lock (_flushLock)
        {
            if (_staging is not null)
            {
                return CommitStaged();
            }

            var timestamp = Volatile.Read(ref _appendedTimestamp); // before the offset: what it covers is readable
            var until = MaxOffset;
            var flushed = _flushedUntil;
            if (IsPoisoned || until <= flushed || (until / PageSize) - (flushed / PageSize) < leastPages)
            {
                return 0;
            }

            try
            {
                foreach (var segment in _segments.Segments)
                {
                    if (segment.EndOffset > flushed && segment.StartOffset < until)
                    {
                        segment.Flush();
                    }
                }
            }
            catch (IOException e)
            {
                Poison(e);
                return 0;
            }

            Volatile.Write(ref _flushedUntil, until);
            Volatile.Write(ref _flushedTimestamp, timestamp);
            return until - flushed;
        }
    }

    // Writes what is staged, lets readers see it, syncs it.
    private long CommitStaged()
    {
        lock (_appendLock)
        {
            _staging!.Exchange(_committing);
        }

        if (_committing.Count == 0 || IsPoisoned)
        {
            return 0;
        }

        var before = _flushedUntil;
        try
        {
            foreach (var block in _committing)
            {
                block.Segment.WriteThroughFile(block.Position, block.Buffer.AsSpan(0, block.Length));
                block.Segment.Publish(block.EndPosition);
                Volatile.Write(ref _readableUntil, block.Segment.StartOffset + block.EndPosition);
            }

            Readable?.Invoke();
            for (var i = 0; i < _committing.Count; i++)
            {
                // One sync per file, after its last block.
                var block = _committing[i];
                if (i + 1 == _committing.Count || _committing[i + 1].Segment != block.Segment)
                {
                    block.Segment.FlushFile(block.EndPosition);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Poison(e);
            return 0;
        }

        var last = _committing[^1];
        Volatile.Write(ref _flushedUntil, last.Segment.StartOffset + last.EndPosition);
        Volatile.Write(ref _flushedTimestamp, last.StoreTimestamp);
        return _flushedUntil - before;
    }

    private void Poison(Exception cause)
    {
        if (Interlocked.CompareExchange(ref _fatal, cause, null) is null)
        {
            _logger.FlushFailed(cause, FlushedOffset);
            Failed?.Invoke(cause);
        }
    }
}
