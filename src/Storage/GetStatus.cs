namespace Rocketeer.Storage;

/// <summary>Outcome of a read (reference: store.md section 15.1). Pull answers carry the original's name of it as remark.</summary>
public enum GetStatus
{
    /// <summary>At least one message.</summary>
    Found,

    /// <summary>Entries were examined, none passed the filter.</summary>
    NoMatchedMessage,

    /// <summary>The records are being deleted.</summary>
    MessageWasRemoving,

    /// <summary>The consume queue file ends before this offset; go on with the next file.</summary>
    OffsetFoundNull,

    /// <summary>Offset beyond the end of the queue.</summary>
    OffsetOverflowBadly,

    /// <summary>Offset is the end of the queue: nothing new yet.</summary>
    OffsetOverflowOne,

    /// <summary>Offset before the first message still there.</summary>
    OffsetTooSmall,

    /// <summary>There is no such queue.</summary>
    NoMatchedLogicQueue,

    /// <summary>The queue is empty.</summary>
    NoMessageInQueue,
}
