using Microsoft.Extensions.Logging;

namespace Rocketeer.Storage;

/// <summary>
/// The storage engine: one commit log, a consume queue per topic and queue, an index by key. Opens stores written by the original and
/// writes stores that the original opens. Thread-safe.
/// </summary>
public sealed partial class MessageStore : IAsyncDisposable
{
    /// <summary>Opens a store: takes the lock, loads, recovers, starts dispatch and flushing.</summary>
    /// <param name="options">Paths, sizes, limits.</param>
    /// <param name="role">Whether this store takes messages.</param>
    /// <param name="arrivals">Told about every message that became visible; may be <see langword="null"/>.</param>
    /// <param name="clock">Clock of every time-out and timestamp.</param>
    /// <param name="loggers">Loggers.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    /// <exception cref="StoreException">The directory is in use, or something in it cannot be read; one plain sentence.</exception>
    public static Task<MessageStore> OpenAsync(
        StoreOptions options,
        StoreRole role,
        IMessageArrivalListener? arrivals,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Appends one message. Never blocks on a disk or a replica; pass the result to <see cref="WhenDurable"/>.</summary>
    public PutResult Put(in MessageToStore message) => throw new NotImplementedException();

    /// <summary>Appends a batch (store.md section 4): the body is the concatenation of items; all records land in one file.</summary>
    public PutResult PutBatch(in MessageToStore batch) => throw new NotImplementedException();

    /// <summary>
    /// True when an append with this result needs no wait: asynchronous flush, no replica to wait for, or not stored.
    /// </summary>
    public bool IsDurable(in PutResult result, bool waitForStore) => throw new NotImplementedException();

    /// <summary>Calls the waiter when everything up to the end of the append is as durable as configured, or the time is over.</summary>
    public void WhenDurable(in PutResult result, DurabilityWaiter waiter) => throw new NotImplementedException();

    /// <summary>Convenience over <see cref="WhenDurable"/> for callers that are not hot.</summary>
    public Task<PutStatus> WaitDurableAsync(PutResult result, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads from a queue (store.md section 15.1). Never blocks on other readers or writers.</summary>
    /// <param name="topic">Topic.</param>
    /// <param name="queueId">Queue.</param>
    /// <param name="offset">First queue offset wanted.</param>
    /// <param name="maxMessages">At most so many messages; at least one is returned when there is one.</param>
    /// <param name="filter">Filter, or <see langword="null"/> for everything.</param>
    /// <returns>The result, to be disposed; <see langword="null"/> when the store is shut down or not readable.</returns>
    public GetResult? Get(string topic, int queueId, long offset, int maxMessages, IMessageFilter? filter) =>
        throw new NotImplementedException();

    /// <summary>First offset of a queue; 0 when it is empty or unknown.</summary>
    public long MinOffset(string topic, int queueId) => throw new NotImplementedException();

    /// <summary>End of a queue; 0 when it is empty or unknown.</summary>
    public long MaxOffset(string topic, int queueId) => throw new NotImplementedException();

    /// <summary>Queue offset nearest to a store time (store.md section 8.4).</summary>
    public long OffsetByTime(string topic, int queueId, long timestamp) => throw new NotImplementedException();

    /// <summary>Store time of the message at a queue offset, milliseconds since 1970; -1 when there is none.</summary>
    public long StoreTimestamp(string topic, int queueId, long queueOffset) => throw new NotImplementedException();

    /// <summary>Commit log offset of the message at a queue offset; -1 when there is none.</summary>
    public long CommitOffset(string topic, int queueId, long queueOffset) => throw new NotImplementedException();

    /// <summary>Store time of the oldest message of the store, -1 when there is none.</summary>
    public long EarliestStoreTimestamp() => throw new NotImplementedException();

    /// <summary>Copies the record at a commit log offset.</summary>
    /// <returns>The record, or <see langword="null"/> when there is no valid record at that offset.</returns>
    public byte[]? ReadRecord(long commitOffset) => throw new NotImplementedException();

    /// <summary>Finds messages by key through the index (store.md section 10.3).</summary>
    /// <returns>The raw records, and the newest index file's end values.</returns>
    public QueryResult Query(string topic, string key, int maxMessages, long beginTimestamp, long endTimestamp) =>
        throw new NotImplementedException();

    /// <summary>True when a message this far back is likely not in memory any more.</summary>
    public bool IsInDisk(string topic, int queueId, long queueOffset) => throw new NotImplementedException();

    /// <summary>Drops the queues of topics that are not in the set (requests 215 and 316).</summary>
    /// <returns>Number of topics dropped.</returns>
    public int DropUnusedTopics(IReadOnlySet<string> topicsInUse) => throw new NotImplementedException();

    /// <summary>Drops queues whose messages are all deleted from the log (request 306).</summary>
    public void DropExpiredQueues() => throw new NotImplementedException();

    /// <summary>First offset of the commit log.</summary>
    public long CommitLogMinOffset => throw new NotImplementedException();

    /// <summary>End of the commit log.</summary>
    public long CommitLogMaxOffset => throw new NotImplementedException();

    /// <summary>Bytes appended but not yet dispatched to the queues.</summary>
    public long DispatchBehindBytes => throw new NotImplementedException();

    /// <summary>Whether an append has been stuck in the page cache for longer than <c>osPageCacheBusyTimeOutMills</c>.</summary>
    public bool IsPageCacheBusy => throw new NotImplementedException();

    /// <summary>Drains dispatch, flushes everything, writes the checkpoint and removes the abort marker.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>Messages found by key.</summary>
/// <param name="Records">Raw records, oldest first.</param>
/// <param name="IndexLastUpdateTimestamp">Store time of the newest indexed message.</param>
/// <param name="IndexLastUpdateOffset">Commit log offset of the newest indexed message.</param>
public sealed record QueryResult(IReadOnlyList<byte[]> Records, long IndexLastUpdateTimestamp, long IndexLastUpdateOffset);

/// <summary>The store cannot be opened or cannot go on. The message is one sentence that says what is wrong and what to do.</summary>
public sealed class StoreException(string message, Exception? innerException = null) : IOException(message, innerException);
