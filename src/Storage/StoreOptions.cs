namespace Rocketeer.Storage;

/// <summary>
/// How the store uses disk and memory. One property per key of the original's MessageStoreConfig that has an effect (reference: broker.md
/// section 20.2); the broker's configuration file binds to it by the original's key.
/// </summary>
public sealed class StoreOptions
{
    /// <summary>Root of everything but the commit log (<c>storePathRootDir</c>).</summary>
    public required string RootDirectory { get; init; }

    /// <summary>Directory of the commit log (<c>storePathCommitLog</c>).</summary>
    public required string CommitLogDirectory { get; init; }

    /// <summary>Size of a commit log file in bytes (<c>mapedFileSizeCommitLog</c>).</summary>
    public int CommitLogFileSize { get; init; } = 1024 * 1024 * 1024;

    /// <summary>Size of a consume queue file in bytes, rounded up to whole entries (<c>mapedFileSizeConsumeQueue</c>).</summary>
    public int ConsumeQueueFileSize { get; init; } = 300_000 * 20;

    /// <summary>Whether an append is acknowledged before or after it reached the disk (<c>flushDiskType</c>).</summary>
    public FlushMode FlushMode { get; init; } = FlushMode.Async;

    // The owner of Storage completes this class with every other key of broker.md section 20.2.
}

/// <summary>When an append counts as done.</summary>
public enum FlushMode
{
    /// <summary>As soon as it is in the page cache; a background task flushes (<c>ASYNC_FLUSH</c>).</summary>
    Async,

    /// <summary>When it is on the disk; one sync serves all who wait (<c>SYNC_FLUSH</c>).</summary>
    Sync,
}
