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

/// <summary>The store cannot be opened or cannot go on. The message is one sentence that says what is wrong and what to do.</summary>
public sealed class StoreException(string message, Exception? innerException = null) : IOException(message, innerException);
