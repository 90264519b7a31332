using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Queues;

// Putting entries and making them durable. Only the dispatch thread puts.
internal sealed partial class ConsumeQueue
{
    private int _dirty; // 1 while the queue is on the flusher's list

    /// <summary>Puts the entry of a message (store.md section 8.2). An entry that is there already is not put again.</summary>
    /// <param name="queueOffset">Its place in the queue.</param>
    /// <param name="entry">The entry, with the plain tags code.</param>
    /// <param name="storeTimestamp">Store time of the message, for the extension unit.</param>
    /// <param name="bitmap">Filter bitmap, for the extension unit.</param>
    /// <returns>False when it was there already.</returns>
    /// <exception cref="IOException">The disk refused; the entry was not put.</exception>
    public bool Put(long queueOffset, ConsumeQueueEntry entry, long storeTimestamp, ReadOnlySpan<byte> bitmap = default)
    {
        if (_isDropped)
        {
            throw new QueueDroppedException(_segments.Directory);
        }

        if (entry.CommitOffset <= _maxCommitOffset)
        {
            return false;
        }

        var expected = queueOffset * EntryLength;
        var last = _segments.Last;
        if (last is not null && queueOffset != 0 && expected != _segments.MaxOffset)
        {
            if (expected < _segments.MaxOffset)
            {
                _storage.Logger.QueueEntryRepeated(Topic, QueueId, queueOffset, entry.CommitOffset);
                return false;
            }

            _storage.Logger.QueueEntryMisplaced(Topic, QueueId, queueOffset, MaxOffset, entry.CommitOffset);
        }

        if (last is null)
        {
            last = CreateFirst(expected);
        }
        else if (last.IsFull)
        {
            last = _segments.AddNext(0);
        }

        if (_extension is not null)
        {
            entry = entry with { TagsCode = _extension.Put(entry.TagsCode, storeTimestamp, bitmap) };
        }

        Append(last, entry);
        Volatile.Write(ref _maxCommitOffset, entry.CommitOffset);
        return true;
    }

    /// <summary>Marks the queue as having unflushed entries.</summary>
    /// <returns>True for the call that marked it; that caller puts it on the flusher's list.</returns>
    public bool MarkDirty() => Volatile.Read(ref _dirty) == 0 && Interlocked.Exchange(ref _dirty, 1) == 0;

    /// <summary>Takes the mark; an entry put from now on marks again.</summary>
    public void ClearDirty() => Interlocked.Exchange(ref _dirty, 0);

    /// <summary>Makes entries durable.</summary>
    /// <param name="leastPages">Dirty 4 KiB pages that make it worth it; 0 flushes any byte. A full file is always flushed.</param>
    /// <returns>True when nothing is left to flush.</returns>
    /// <exception cref="IOException">The disk refused.</exception>
    public bool Flush(int leastPages)
    {
        const int PageSize = 4096;
        var clean = _extension?.Flush() ?? true;
        foreach (var segment in _segments.Segments)
        {
            var wrote = segment.WrotePosition;
            var flushed = segment.FlushedPosition;
            if (wrote <= flushed)
            {
                continue;
            }

            if (leastPages > 0 && !segment.IsFull && (wrote / PageSize) - (flushed / PageSize) < leastPages)
            {
                clean = false;
                continue;
            }

            FlushSegment(segment);
        }

        return clean;
    }

    // Held while it is flushed, so that flushing never maps a segment behind the cache's back.
    private static void FlushSegment(MappedSegment segment)
    {
        var held = segment.TryHoldMapped();
        try
        {
            segment.Flush();
        }
        finally
        {
            if (held)
            {
                segment.Release();
            }
        }
    }

    // A queue that does not begin at 0 (its older messages are gone) begins in the middle of a file: the front is pre-blanks.
    private MappedSegment CreateFirst(long expected)
    {
        var first = _segments.AddNext(expected);
        var blanks = (int)(expected - first.StartOffset);
        if (expected == 0)
        {
            return first;
        }

        Volatile.Write(ref _minPosition, expected);
        Hold(first);
        try
        {
            first.EnsureAllocated(blanks);
            for (var position = 0; position < blanks; position += EntryLength)
            {
                ConsumeQueueEntryLayout.Write(first.Writable(position, EntryLength), ConsumeQueueEntry.PreBlank);
            }

            first.Publish(blanks);
        }
        finally
        {
            first.Release();
        }

        return first;
    }

    private void Append(MappedSegment segment, in ConsumeQueueEntry entry)
    {
        Hold(segment);
        try
        {
            var position = segment.WrotePosition;
            segment.EnsureAllocated(position + EntryLength);
            ConsumeQueueEntryLayout.Write(segment.Writable(position, EntryLength), entry);
            segment.Publish(position + EntryLength);
        }
        catch (IOException) when (_isDropped)
        {
            throw new QueueDroppedException(_segments.Directory);
        }
        finally
        {
            segment.Release();
        }
    }

    private void Hold(MappedSegment segment)
    {
        if (!_storage.Mapped.TryHold(segment))
        {
            throw new QueueDroppedException(_segments.Directory);
        }
    }
}
