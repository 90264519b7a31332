namespace Rocketeer.Storage;

// Reads from queues and from the log.
public sealed partial class MessageStore
{
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

    /// <summary>True when a message this far back is likely not in memory any more.</summary>
    public bool IsInDisk(string topic, int queueId, long queueOffset) => throw new NotImplementedException();
}
