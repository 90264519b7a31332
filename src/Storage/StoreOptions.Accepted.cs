namespace Rocketeer.Storage;

// Keys of the original that this store accepts, so that a broker.conf stays valid, but for which it has a better answer.
public sealed partial class StoreOptions
{
    /// <summary><c>flushCommitLogTimed</c>: the asynchronous flush always keeps its interval.</summary>
    public bool FlushCommitLogTimed { get; init; }

    /// <summary><c>useReentrantLockWhenPutMessage</c>: the append lock spins briefly and then waits, which is both of them.</summary>
    public bool UseReentrantLockWhenPutMessage { get; init; }

    /// <summary><c>commitIntervalCommitLog</c>: of the transient pool, which is not needed (see <see cref="TransientStorePoolEnable"/>).</summary>
    public int CommitIntervalCommitLog { get; init; } = 200;

    /// <summary><c>commitCommitLogLeastPages</c>: of the transient pool.</summary>
    public int CommitCommitLogLeastPages { get; init; } = 4;

    /// <summary><c>commitCommitLogThoroughInterval</c>: of the transient pool.</summary>
    public int CommitCommitLogThoroughInterval { get; init; } = 200;

    /// <summary><c>transientStorePoolEnable</c>: appends never wait for a page, because pages are prepared ahead of them.</summary>
    public bool TransientStorePoolEnable { get; init; }

    /// <summary><c>transientStorePoolSize</c>: of the transient pool.</summary>
    public int TransientStorePoolSize { get; init; } = 5;

    /// <summary><c>fastFailIfNoBufferInStorePool</c>: of the transient pool.</summary>
    public bool FastFailIfNoBufferInStorePool { get; init; }

    /// <summary><c>warmMapedFileEnable</c>: pages are always prepared ahead of the append position.</summary>
    public bool WarmMappedFileEnable { get; init; }

    /// <summary><c>flushLeastPagesWhenWarmMapedFile</c>: see <see cref="WarmMappedFileEnable"/>.</summary>
    public int FlushLeastPagesWhenWarmMappedFile { get; init; } = 4096;

    /// <summary><c>destroyMapedFileIntervalForcibly</c>: a file is unmapped when its last reader is done, never under it.</summary>
    public int DestroyMappedFileIntervalForcibly { get; init; } = 120_000;

    /// <summary><c>redeleteHangedFileInterval</c>: see <see cref="DestroyMappedFileIntervalForcibly"/>.</summary>
    public int RedeleteHangedFileInterval { get; init; } = 120_000;

    /// <summary><c>putMsgIndexHightWater</c>: unused in the original too.</summary>
    public int PutMessageIndexHighWater { get; init; } = 600_000;

    /// <summary><c>duplicationEnable</c>: unfinished in the original; nothing advances its confirm offset.</summary>
    public bool DuplicationEnable { get; init; }

    /// <summary><c>debugLockEnable</c>: the original dumps stacks; here the put lock has a metric.</summary>
    public bool DebugLockEnable { get; init; }
}
