using System.Collections.Concurrent;
using System.Globalization;
using System.Diagnostics.CodeAnalysis;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.Dispatch;

namespace Rocketeer.Storage.Queues;

/// <summary>
/// The consume queues of a store by topic and queue id. A queue comes into being through its directory at loading or through dispatch,
/// never through a read. Lookups take no lock and allocate nothing. An idle queue costs an object: no thread, timer, handle or mapping.
/// </summary>
internal sealed class ConsumeQueueSet : IDispatchTarget, IDisposable
{
    private readonly QueueStorage _storage;
    private readonly Lock _changes = new();
    private readonly ConcurrentDictionary<string, Dictionary<int, ConsumeQueue>> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ConsumeQueue> _dirty = new();
    private readonly byte[] _bitmap; // dispatch thread only
    private long _lastStoreTimestamp;

    /// <summary>Describes the set; touches no file.</summary>
    public ConsumeQueueSet(QueueStorage storage)
    {
        _storage = storage;
        _bitmap = storage.FilterBitmaps is null ? [] : new byte[IFilterBitmaps.MaxBytes];
    }

    /// <summary>Every queue, as of now.</summary>
    public IEnumerable<ConsumeQueue> All => _topics.Values.SelectMany(queues => queues.Values);

    /// <summary>Topics that have queues.</summary>
    public ICollection<string> Topics => _topics.Keys;

    /// <summary>Store time of the message dispatched last, milliseconds since 1970; 0 when there was none.</summary>
    public long LastStoreTimestamp => Volatile.Read(ref _lastStoreTimestamp);

    /// <summary>End of the last record that is in a queue; -1 when every queue is empty. Dispatch goes on from there.</summary>
    public long MaxCommitEnd => All.Select(queue => queue.LastCommitEnd()).DefaultIfEmpty(-1).Max();

    /// <summary>Finds a queue.</summary>
    public bool TryGet(string topic, int queueId, [NotNullWhen(true)] out ConsumeQueue? queue)
    {
        queue = null;
        return _topics.TryGetValue(topic, out var queues) && queues.TryGetValue(queueId, out queue);
    }

    /// <summary>Takes up the queues that have directories. Directories that are none of a queue are left alone and logged.</summary>
    /// <exception cref="StoreException">A file has another size than configured.</exception>
    public void Load()
    {
        if (!Directory.Exists(_storage.Directory))
        {
            return;
        }

        foreach (var topicDirectory in Directory.EnumerateDirectories(_storage.Directory))
        {
            foreach (var directory in Directory.EnumerateDirectories(topicDirectory))
            {
                if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var queueId))
                {
                    GetOrAdd(Path.GetFileName(topicDirectory), queueId).Load();
                }
                else
                {
                    _storage.Logger.ForeignDirectoryIgnored(directory);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispatch(in DispatchedRecord record)
    {
        if (!MessageSysFlags.TakesQueueOffset(record.SysFlag))
        {
            return;
        }

        if (!QueueStorage.IsUsableTopic(record.Topic) || record.QueueId < 0 || record.QueueOffset is < 0 or > long.MaxValue / 32)
        {
            _storage.Logger.RecordHasNoQueue(record.CommitOffset, record.Topic, record.QueueId, record.QueueOffset);
            return;
        }

        var entry = new ConsumeQueueEntry(record.CommitOffset, record.Size, record.TagsCode);
        var bitmap = _bitmap.AsSpan(0, _storage.FilterBitmaps?.Compute(record.Topic, record.Properties, _bitmap) ?? 0);
        while (!TryPut(record.Topic, record.QueueId, record.QueueOffset, entry, record.StoreTimestamp, bitmap))
        {
            // The queue was dropped just now; the entry goes to its successor.
        }

        Volatile.Write(ref _lastStoreTimestamp, record.StoreTimestamp);
    }

    /// <summary>Flushes the queues that have new entries.</summary>
    /// <param name="leastPages">Dirty 4 KiB pages that make a queue worth it; 0 flushes every byte.</param>
    /// <exception cref="IOException">The disk refused; the queue stays on the list.</exception>
    public void Flush(int leastPages)
    {
        for (var left = _dirty.Count; left > 0 && _dirty.TryDequeue(out var queue); left--)
        {
            queue.ClearDirty(); // before flushing: an entry that comes meanwhile marks again
            var clean = false;
            try
            {
                clean = queue.Flush(leastPages);
            }
            finally
            {
                if (!clean && queue.MarkDirty())
                {
                    _dirty.Enqueue(queue);
                }
            }
        }
    }

    /// <summary>Drops entries of records at and behind a commit log offset, in every queue. While nothing is dispatched.</summary>
    public void TruncateAfter(long commitOffset)
    {
        foreach (var queue in All)
        {
            if (queue.MaxCommitOffset >= commitOffset)
            {
                queue.TruncateAfter(commitOffset);
            }
        }
    }

    /// <summary>What was dispatched last is no more. While nothing is dispatched.</summary>
    /// <param name="lastStoreTimestamp">Store time of the last record that is left.</param>
    public void Rewind(long lastStoreTimestamp) => Volatile.Write(ref _lastStoreTimestamp, lastStoreTimestamp);

    /// <summary>Moves every queue's first offset to where the log begins.</summary>
    public void CorrectMinOffsets(long minCommitOffset)
    {
        foreach (var queue in All)
        {
            queue.CorrectMinOffset(minCommitOffset);
        }
    }

    /// <summary>
    /// Deletes a queue and its files; a topic without queues is forgotten. Its successor cannot be made before the files are gone, because
    /// it would have the same.
    /// </summary>
    /// <param name="queue">The queue.</param>
    /// <param name="forget">Gets what makes the queue unknown, and calls it, or does not and so keeps the queue.</param>
    /// <returns>False when the queue stays, or was dropped before.</returns>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public bool Drop(ConsumeQueue queue, Action<Action> forget)
    {
        lock (_changes)
        {
            if (!TryGet(queue.Topic, queue.QueueId, out var known) || known != queue)
            {
                return false;
            }

            var isForgotten = false;
            forget(() =>
            {
                Forget(queue);
                isForgotten = true;
            });
            if (isForgotten)
            {
                queue.Drop();
            }

            return isForgotten;
        }
    }

    /// <summary>Closes every queue. Does not flush.</summary>
    public void Dispose()
    {
        foreach (var queue in All)
        {
            queue.Dispose();
        }
    }

    private void Forget(ConsumeQueue queue)
    {
        var left = new Dictionary<int, ConsumeQueue>(_topics[queue.Topic]);
        left.Remove(queue.QueueId);
        if (left.Count > 0)
        {
            _topics[queue.Topic] = left;
        }
        else
        {
            _topics.TryRemove(queue.Topic, out _);
        }
    }

    private bool TryPut(string topic, int queueId, long queueOffset, ConsumeQueueEntry entry, long storeTimestamp, ReadOnlySpan<byte> bitmap)
    {
        var queue = TryGet(topic, queueId, out var known) ? known : GetOrAdd(topic, queueId);
        try
        {
            if (queue.Put(queueOffset, entry, storeTimestamp, bitmap) && queue.MarkDirty())
            {
                _dirty.Enqueue(queue);
            }

            return true;
        }
        catch (QueueDroppedException)
        {
            return false;
        }
    }

    private ConsumeQueue GetOrAdd(string topic, int queueId)
    {
        lock (_changes)
        {
            if (TryGet(topic, queueId, out var known))
            {
                return known;
            }

            // Replaced, not changed: readers hold no lock.
            var queue = new ConsumeQueue(_storage, topic, queueId);
            _topics[topic] = _topics.TryGetValue(topic, out var queues)
                ? new Dictionary<int, ConsumeQueue>(queues) { [queueId] = queue }
                : new Dictionary<int, ConsumeQueue> { [queueId] = queue };
            return queue;
        }
    }
}
