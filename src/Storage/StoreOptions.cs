namespace Rocketeer.Storage;

/// <summary>
/// How the store uses disk and memory. One property per key of the original's MessageStoreConfig that has an effect (reference: broker.md
/// section 20.2); the broker's configuration file binds to it by the original's key, which each property names. Read once, at opening,
/// after <see cref="Validate"/>. Keys of the original that this store accepts and needs no more are in the second half of the type.
/// </summary>
public sealed partial class StoreOptions
{
    /// <summary>Root of everything but the commit log (<c>storePathRootDir</c>).</summary>
    public required string RootDirectory { get; init; }

    /// <summary>Directory of the commit log (<c>storePathCommitLog</c>). It does not follow the root.</summary>
    public required string CommitLogDirectory { get; init; }

    /// <summary>Size of a commit log file in bytes, fixed for the life of a store (<c>mapedFileSizeCommitLog</c>).</summary>
    public int CommitLogFileSize { get; init; } = 1024 * 1024 * 1024;

    /// <summary>Size of a consume queue file in bytes, rounded up to whole entries (<c>mapedFileSizeConsumeQueue</c>).</summary>
    public int ConsumeQueueFileSize { get; init; } = 300_000 * 20;

    /// <summary>Whether every queue entry gets an extension unit (<c>enableConsumeQueueExt</c>).</summary>
    public bool EnableConsumeQueueExtension { get; init; }

    /// <summary>Size of a consume queue extension file in bytes (<c>mappedFileSizeConsumeQueueExt</c>).</summary>
    public int ConsumeQueueExtensionFileSize { get; init; } = 48 * 1024 * 1024;

    /// <summary>Computes the filter bitmaps of extension units; <see langword="null"/> writes none.</summary>
    public IFilterBitmaps? FilterBitmaps { get; init; }

    /// <summary>Bits of an extension unit's filter bitmap (<c>bitMapLengthConsumeQueueExt</c>).</summary>
    public int ConsumeQueueExtensionBitmapLength { get; init; } = 64;

    /// <summary>Whether an append is acknowledged before or after it reached the disk (<c>flushDiskType</c>).</summary>
    public FlushMode FlushMode { get; init; } = FlushMode.Async;

    /// <summary>Milliseconds between two rounds of the asynchronous flush (<c>flushIntervalCommitLog</c>).</summary>
    public int FlushIntervalCommitLog { get; init; } = 500;

    /// <summary>Dirty 4 KiB pages that make an asynchronous flush worth it (<c>flushCommitLogLeastPages</c>); 0 flushes any byte.</summary>
    public int FlushCommitLogLeastPages { get; init; } = 4;

    /// <summary>Milliseconds after which fewer pages are flushed as well (<c>flushCommitLogThoroughInterval</c>).</summary>
    public int FlushCommitLogThoroughInterval { get; init; } = 10_000;

    /// <summary>Milliseconds between two rounds of the consume queue flush (<c>flushIntervalConsumeQueue</c>).</summary>
    public int FlushIntervalConsumeQueue { get; init; } = 1000;

    /// <summary>Dirty 4 KiB pages that make a consume queue flush worth it (<c>flushConsumeQueueLeastPages</c>).</summary>
    public int FlushConsumeQueueLeastPages { get; init; } = 2;

    /// <summary>
    /// Milliseconds after which every consume queue is flushed and the checkpoint written (<c>flushConsumeQueueThoroughInterval</c>).
    /// </summary>
    public int FlushConsumeQueueThoroughInterval { get; init; } = 60_000;

    /// <summary>Milliseconds that a synchronous flush or replication may take before the sender is told (<c>syncFlushTimeout</c>).</summary>
    public int SyncFlushTimeout { get; init; } = 5000;

    /// <summary>
    /// Longest record in bytes, everything included (<c>maxMessageSize</c>). A record must also fit into one commit log file, so the file
    /// size less eight bytes is a second limit.
    /// </summary>
    public int MaxMessageSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>Milliseconds in one append after which others are refused (<c>osPageCacheBusyTimeOutMills</c>).</summary>
    public long PageCacheBusyTimeout { get; init; } = 1000;

    /// <summary>Whether recovery compares body checksums (<c>checkCRCOnRecover</c>).</summary>
    public bool CheckCrcOnRecover { get; init; } = true;

    /// <summary>Milliseconds between two runs of cleaning (<c>cleanResourceInterval</c>); the first comes after 60 s.</summary>
    public int CleanResourceInterval { get; init; } = 10_000;

    /// <summary>Local hours in which old files are deleted, separated by semicolons (<c>deleteWhen</c>).</summary>
    public string DeleteWhen { get; init; } = "04";

    /// <summary>Hours that a commit log file is kept (<c>fileReservedTime</c>).</summary>
    public int FileReservedTime { get; init; } = 72;

    /// <summary>Used percentage of the partition above which old files go at any hour (<c>diskMaxUsedSpaceRatio</c>), 10 to 95.</summary>
    public int DiskMaxUsedSpaceRatio { get; init; } = 75;

    /// <summary>Used fraction of the partition above which messages are refused (system property
    /// <c>rocketmq.broker.diskSpaceWarningLevelRatio</c>).</summary>
    public double DiskSpaceWarningLevelRatio { get; init; } = 0.90;

    /// <summary>Used fraction of the partition above which files go before their time (system property
    /// <c>rocketmq.broker.diskSpaceCleanForciblyRatio</c>).</summary>
    public double DiskSpaceCleanForciblyRatio { get; init; } = 0.85;

    /// <summary>Whether a nearly full disk deletes files before their time (<c>cleanFileForciblyEnable</c>).</summary>
    public bool CleanFileForcibly { get; init; } = true;

    /// <summary>Milliseconds of pause between two deleted commit log files (<c>deleteCommitLogFilesInterval</c>).</summary>
    public int DeleteCommitLogFilesInterval { get; init; } = 100;

    /// <summary>Milliseconds of pause between two queues that lost files (<c>deleteConsumeQueueFilesInterval</c>).</summary>
    public int DeleteConsumeQueueFilesInterval { get; init; } = 100;

    /// <summary>Bytes of one pull answer while the messages are likely in memory (<c>maxTransferBytesOnMessageInMemory</c>).</summary>
    public int MaxTransferBytesInMemory { get; init; } = 262_144;

    /// <summary>Messages of one pull answer while they are likely in memory (<c>maxTransferCountOnMessageInMemory</c>).</summary>
    public int MaxTransferCountInMemory { get; init; } = 32;

    /// <summary>Bytes of one pull answer from the disk (<c>maxTransferBytesOnMessageInDisk</c>).</summary>
    public int MaxTransferBytesInDisk { get; init; } = 65_536;

    /// <summary>Messages of one pull answer from the disk (<c>maxTransferCountOnMessageInDisk</c>).</summary>
    public int MaxTransferCountInDisk { get; init; } = 8;

    /// <summary>Percentage of the machine's memory that recent messages are taken to fill (<c>accessMessageInMemoryMaxRatio</c>).</summary>
    public int AccessMessageInMemoryMaxRatio { get; init; } = 40;

    /// <summary>Whether messages are indexed by key (<c>messageIndexEnable</c>).</summary>
    public bool MessageIndexEnable { get; init; } = true;

    /// <summary>Whether recovery goes back far enough to rebuild the index (<c>messageIndexSafe</c>).</summary>
    public bool MessageIndexSafe { get; init; }

    /// <summary>Hash slots of an index file (<c>maxHashSlotNum</c>).</summary>
    public int MaxHashSlots { get; init; } = 5_000_000;

    /// <summary>Entries of an index file (<c>maxIndexNum</c>); the first is never used.</summary>
    public int MaxIndexEntries { get; init; } = 20_000_000;

    /// <summary>Most messages that a query by key returns (<c>maxMsgsNumBatch</c>).</summary>
    public int MaxQueryMessages { get; init; } = 64;

    /// <summary>Messages that a query returns when it does not say (<c>defaultQueryMaxNum</c>).</summary>
    public int DefaultQueryMessages { get; init; } = 32;

    /// <summary>Delays of the levels from 1 on (<c>messageDelayLevel</c>): numbers with unit s, m, h or d, separated by spaces.</summary>
    public string MessageDelayLevel { get; init; } = "1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h";

    /// <summary>Milliseconds between two writes of the delay progress (<c>flushDelayOffsetInterval</c>).</summary>
    public long FlushDelayOffsetInterval { get; init; } = 10_000;

    /// <summary>Whether a slave corrects pull offsets (<c>offsetCheckInSlave</c>).</summary>
    public bool OffsetCheckInSlave { get; init; }

    /// <summary>Whether reads record how far consumers lag (<c>diskFallRecorded</c>).</summary>
    public bool DiskFallRecorded { get; init; } = true;

    /// <summary>Bytes that a slave may lag and still count as available (<c>haSlaveFallbehindMax</c>).</summary>
    public int HaSlaveFallBehindMax { get; init; } = 256 * 1024 * 1024;

    /// <summary>Role of the broker (<c>brokerRole</c>): <c>ASYNC_MASTER</c>, <c>SYNC_MASTER</c> or <c>SLAVE</c>.</summary>
    public string BrokerRole { get; init; } = "ASYNC_MASTER";
}

/// <summary>When an append counts as done.</summary>
public enum FlushMode
{
    /// <summary>As soon as it is in the page cache; a background task flushes (<c>ASYNC_FLUSH</c>).</summary>
    Async,

    /// <summary>When it is on the disk; one sync serves all who wait (<c>SYNC_FLUSH</c>).</summary>
    Sync,
}
