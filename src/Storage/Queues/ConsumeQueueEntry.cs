namespace Rocketeer.Storage.Queues;

/// <summary>One place in a consume queue.</summary>
/// <param name="CommitOffset">Commit log offset of the record.</param>
/// <param name="Size">Length of the record in bytes.</param>
/// <param name="TagsCode">Hash of the tag, delivery time, or address of the extension unit.</param>
internal readonly record struct ConsumeQueueEntry(long CommitOffset, int Size, long TagsCode)
{
    /// <summary>Fills the front of a first file that does not begin at the first message of its queue.</summary>
    public static ConsumeQueueEntry PreBlank => new(0, int.MaxValue, 0);

    /// <summary>True for an entry that was written; a file is zeros behind its last one. A pre-blank counts as written.</summary>
    public bool IsWritten => CommitOffset >= 0 && Size > 0;

    /// <summary>Commit log offset behind the record.</summary>
    public long EndOffset => CommitOffset + Size;
}
