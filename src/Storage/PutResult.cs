namespace Rocketeer.Storage;

/// <summary>Outcome of an append. For a batch the offsets are those of its first message.</summary>
/// <param name="Status">Outcome so far: <see cref="PutStatus.Ok"/> means appended; durability is a separate wait.</param>
/// <param name="CommitOffset">Commit log offset of the (first) record.</param>
/// <param name="Bytes">Bytes appended.</param>
/// <param name="QueueOffset">Queue offset of the (first) message.</param>
/// <param name="MessageCount">Messages appended: 1, or the size of the batch.</param>
/// <param name="StoreTimestamp">Broker's clock at the append, milliseconds since 1970.</param>
public readonly record struct PutResult(
    PutStatus Status, long CommitOffset = 0, int Bytes = 0, long QueueOffset = 0, int MessageCount = 0, long StoreTimestamp = 0)
{
    /// <summary>Why the message was not stored, as a sentence for the sender; <see langword="null"/> when the status says it all.</summary>
    public string? Reason { get; init; }

    /// <summary>True when the message is in the log.</summary>
    public bool IsStored => Status <= PutStatus.ReplicaNotAvailable;

    /// <summary>The offset that must be durable before the message is.</summary>
    public long EndOffset => CommitOffset + Bytes;
}
