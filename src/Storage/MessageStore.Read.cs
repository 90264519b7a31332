using System.Buffers.Binary;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Queues;

namespace Rocketeer.Storage;

// Reads from queues and from the log.
public sealed partial class MessageStore
{
    /// <summary>One read looks at entries of at least so many bytes, however few messages it may return (store.md section 15.1).</summary>
    private const int MinScannedBytes = 16_000;

    private readonly long _totalMemory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Reads from a queue (store.md section 15.1). Never blocks on other readers or writers.</summary>
    /// <param name="topic">Topic.</param>
    /// <param name="queueId">Queue.</param>
    /// <param name="offset">First queue offset wanted.</param>
    /// <param name="maxMessages">At most so many messages; at least one is returned when there is one.</param>
    /// <param name="filter">Filter, or <see langword="null"/> for everything.</param>
    /// <returns>The result, to be disposed; <see langword="null"/> when the store is shut down or not readable.</returns>
    public GetResult? Get(string topic, int queueId, long offset, int maxMessages, IMessageFilter? filter)
    {
        if (Volatile.Read(ref _isClosed) || !_flags.IsReadable)
        {
            return null;
        }

        var start = _clock.GetTimestamp();
        var result = GetResult.Rent();
        try
        {
            Read(result, topic, queueId, offset, maxMessages, filter);
        }
        catch
        {
            result.Dispose();
            throw;
        }

        if (Volatile.Read(ref _isClosed))
        {
            result.Dispose(); // what was found missing may only have been closed, and must not correct a consumer's offset
            return null;
        }

        Statistics.Get(result.MessageCount, (long)_clock.GetElapsedTime(start).TotalMilliseconds);
        return result;
    }

    /// <summary>True when the store was not closed in order before it was opened: what is kept beside it may be older than it is.</summary>
    public bool OpenedAfterCrash { get; private set; }

    /// <summary>The topics that have queues, each with its number of queues: the highest queue id plus one. A snapshot.</summary>
    public IReadOnlyDictionary<string, int> TopicsWithQueues() => _queues.All
        .GroupBy(queue => queue.Topic, StringComparer.Ordinal)
        .ToDictionary(queues => queues.Key, queues => queues.Max(queue => queue.QueueId) + 1, StringComparer.Ordinal);

    /// <summary>First offset of a queue; 0 when it is empty or unknown.</summary>
    public long MinOffset(string topic, int queueId) => _queues.TryGet(topic, queueId, out var queue) ? queue.MinOffset : 0;

    /// <summary>End of a queue; 0 when it is empty or unknown.</summary>
    public long MaxOffset(string topic, int queueId) => _queues.TryGet(topic, queueId, out var queue) ? queue.MaxOffset : 0;

    /// <summary>Queue offset nearest to a store time (store.md section 8.4); 0 for an unknown queue.</summary>
    public long OffsetByTime(string topic, int queueId, long timestamp) =>
        _queues.TryGet(topic, queueId, out var queue) ? queue.OffsetByTime(timestamp, _log) : 0;

    /// <summary>Store time of the message at a queue offset, milliseconds since 1970; -1 when there is none.</summary>
    public long StoreTimestamp(string topic, int queueId, long queueOffset) =>
        CommitOffset(topic, queueId, queueOffset) is >= 0 and var commitOffset ? _log.StoreTimestampAt(commitOffset) : -1;

    /// <summary>Commit log offset of the message at a queue offset; -1 when there is none.</summary>
    public long CommitOffset(string topic, int queueId, long queueOffset) =>
        _queues.TryGet(topic, queueId, out var queue) && queue.TryReadEntry(queueOffset, out var entry) ? entry.CommitOffset : -1;

    /// <summary>Store time of the oldest message of the store, -1 when there is none.</summary>
    public long EarliestStoreTimestamp() => _log.StoreTimestampAt(_log.MinOffset);

    /// <summary>Copies the record at a commit log offset.</summary>
    /// <returns>The record, or <see langword="null"/> when there is no valid record at that offset.</returns>
    public byte[]? ReadRecord(long commitOffset)
    {
        if (!_log.TryReadRecord(commitOffset, out var held, out var record))
        {
            return null;
        }

        var copy = record.ToArray();
        held.Release();
        return copy;
    }

    /// <summary>True when a message this far back is likely not in memory any more.</summary>
    public bool IsInDisk(string topic, int queueId, long queueOffset) =>
        CommitOffset(topic, queueId, queueOffset) is >= 0 and var commitOffset && IsInDisk(_log.MaxOffset, commitOffset);

    private bool IsInDisk(long maxCommitOffset, long commitOffset) =>
        maxCommitOffset - commitOffset > _totalMemory / 100 * _options.AccessMessageInMemoryMaxRatio;

    private void Read(GetResult result, string topic, int queueId, long offset, int maxMessages, IMessageFilter? filter)
    {
        if (!_queues.TryGet(topic, queueId, out var queue))
        {
            // A queue that could exist counts as an empty one, as the original makes one for every read; here a read makes nothing.
            var couldExist = queueId >= 0 && QueueStorage.IsUsableTopic(topic);
            Refuse(result, couldExist ? GetStatus.NoMessageInQueue : GetStatus.NoMatchedLogicQueue, offset, 0);
            return;
        }

        var (min, max) = (queue.MinOffset, queue.MaxOffset);
        (result.MinOffset, result.MaxOffset) = (min, max);
        if (max == 0)
        {
            Refuse(result, GetStatus.NoMessageInQueue, offset, 0);
        }
        else if (offset < min)
        {
            Refuse(result, GetStatus.OffsetTooSmall, offset, min);
        }
        else if (offset == max)
        {
            Refuse(result, GetStatus.OffsetOverflowOne, offset, offset);
        }
        else if (offset > max)
        {
            Refuse(result, GetStatus.OffsetOverflowBadly, offset, min == 0 ? min : max);
        }
        else if (!queue.TryRead(offset, out var run))
        {
            Refuse(result, GetStatus.OffsetFoundNull, offset, offset + queue.EntriesPerFile - (offset % queue.EntriesPerFile));
        }
        else
        {
            using (run)
            {
                result.NextBeginOffset = offset + Collect(result, queue, in run, maxMessages, filter);
            }
        }
    }

    // On a slave the consumer keeps its offset: the slave may only be behind.
    private void Refuse(GetResult result, GetStatus status, long asked, long corrected)
    {
        result.Status = status;
        result.NextBeginOffset = _role.IsMaster || _options.OffsetCheckInSlave ? corrected : asked;
    }

    /// <returns>Entries consumed.</returns>
    private int Collect(GetResult result, ConsumeQueue queue, in EntryRun run, int maxMessages, IMessageFilter? filter)
    {
        var maxCommitOffset = _log.MaxOffset;
        // A filter that reads every record gets no more of them than the least, however many messages are asked for.
        var most = filter is { NeedsRecord: true } ? 0 : maxMessages;
        var scanned = Math.Min(run.Count, Math.Max(MinScannedBytes / ConsumeQueueEntryLayout.Length, most));
        var removedUntil = long.MinValue; // known begin of the log: entries before it need no look
        var examined = 0;
        var lastExamined = 0L;
        for (; examined < scanned; examined++)
        {
            var entry = run[examined];
            lastExamined = entry.CommitOffset;
            if (entry.CommitOffset < removedUntil)
            {
                continue;
            }

            if (IsFull(result, entry.Size, maxMessages, IsInDisk(maxCommitOffset, entry.CommitOffset)))
            {
                break;
            }

            if (filter is not null && !MatchesEntry(filter, queue, entry.TagsCode))
            {
                result.Status = result.MessageCount == 0 ? GetStatus.NoMatchedMessage : result.Status;
                continue;
            }

            if (!result.TryHoldRecord(_log, entry.CommitOffset, entry.Size, out var record))
            {
                result.Status = result.MessageCount == 0 ? GetStatus.MessageWasRemoving : result.Status;
                removedUntil = Math.Max(removedUntil, _log.MinOffset); // a damaged entry in a file that is there takes no other with it
                continue;
            }

            if (filter is { NeedsRecord: true } && !filter.MatchesRecord(record))
            {
                result.Status = result.MessageCount == 0 ? GetStatus.NoMatchedMessage : result.Status;
                continue;
            }

            result.Add(entry.CommitOffset, entry.Size);
            result.Status = GetStatus.Found;
            result.LastStoreTimestamp = StoreTimestampOf(record);
        }

        result.BehindBytes = examined > 0 ? Math.Max(0, maxCommitOffset - lastExamined) : 0;
        result.SuggestReadingFromSlave = IsInDisk(maxCommitOffset, lastExamined);
        return examined;
    }

    private bool IsFull(GetResult result, int size, int maxMessages, bool isInDisk)
    {
        var count = result.MessageCount;
        if (count == 0)
        {
            return false;
        }

        var (maxBytes, maxCount) = isInDisk
            ? (_options.MaxTransferBytesInDisk, _options.MaxTransferCountInDisk)
            : (_options.MaxTransferBytesInMemory, _options.MaxTransferCountInMemory);
        return count >= maxMessages || count >= maxCount || (long)result.TotalBytes + size > maxBytes;
    }

    private static bool MatchesEntry(IMessageFilter filter, ConsumeQueue queue, long tagsCode)
    {
        if (!ConsumeQueueExtensionSet.IsAddress(tagsCode))
        {
            return filter.MatchesEntry(tagsCode, default);
        }

        Span<byte> bitmap = stackalloc byte[IFilterBitmaps.MaxBytes];
        return queue.TryReadExtension(tagsCode, bitmap, out var unit)
            ? filter.MatchesEntry(
                unit.TagsCode,
                new ConsumeQueueExtension
                {
                    Exists = true, StoreTimestamp = unit.StoreTimestamp, FilterBitmap = bitmap[..unit.BitmapLength],
                })
            : filter.MatchesEntry(null, default);
    }

    private static long StoreTimestampOf(ReadOnlySpan<byte> record) =>
        BinaryPrimitives.ReadInt64BigEndian(record[MessageRecordLayout.StoreTimestampAt..]);
}
