namespace Rocketeer.Protocol.Bodies;

/// <summary>What a consumer holds of one queue.</summary>
public sealed record ProcessQueueInfo
{
    /// <summary>Messages held.</summary>
    public int CachedMsgCount { get; set; }

    /// <summary>Offset of the last of them.</summary>
    public long CachedMsgMaxOffset { get; set; }

    /// <summary>Offset of the first of them.</summary>
    public long CachedMsgMinOffset { get; set; }

    /// <summary>Their size in MiB.</summary>
    public int CachedMsgSizeInMiB { get; set; }

    /// <summary>Committed offset.</summary>
    public long CommitOffset { get; set; }

    /// <summary>True when the queue belongs to another client now; the name is the original's.</summary>
    public bool Droped { get; set; }

    /// <summary>Last consumption, milliseconds since 1970.</summary>
    public long LastConsumeTimestamp { get; set; }

    /// <summary>Last locking, milliseconds since 1970.</summary>
    public long LastLockTimestamp { get; set; }

    /// <summary>Last pull, milliseconds since 1970.</summary>
    public long LastPullTimestamp { get; set; }

    /// <summary>True when the queue is locked for orderly consumption.</summary>
    public bool Locked { get; set; }

    /// <summary>Messages being consumed in order.</summary>
    public int TransactionMsgCount { get; set; }

    /// <summary>Offset of the last of them.</summary>
    public long TransactionMsgMaxOffset { get; set; }

    /// <summary>Offset of the first of them.</summary>
    public long TransactionMsgMinOffset { get; set; }

    /// <summary>How often unlocking was tried.</summary>
    public long TryUnlockTimes { get; set; }
}
