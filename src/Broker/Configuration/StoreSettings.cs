using Rocketeer.Hosting.Configuration;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Configuration;

/// <summary>The role that the configuration file gives.</summary>
public enum BrokerRole
{
    /// <summary>ASYNC_MASTER: does not wait for slaves.</summary>
    AsyncMaster,

    /// <summary>SYNC_MASTER: waits for a slave.</summary>
    SyncMaster,

    /// <summary>SLAVE.</summary>
    Slave,
}

/// <summary>When a send is acknowledged.</summary>
public enum FlushDiskType
{
    /// <summary>ASYNC_FLUSH: when it is in memory.</summary>
    AsyncFlush,

    /// <summary>SYNC_FLUSH: when it is on the disk.</summary>
    SyncFlush,
}

/// <summary>
/// Settings of the store under the original's key names (MessageStoreConfig; reference: broker.md section 20.2), those that have an
/// effect.
/// </summary>
[ReadAtStart]
public sealed class StoreSettings
{
    private static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>Directory of everything.</summary>
    [PropertyKey("storePathRootDir", Important = true)]
    public string StorePathRootDir { get; set; } = Path.Combine(Home, "store");

    /// <summary>Directory of the commit log; empty puts it under the root (docs/deviations.md: the original does not follow the root).</summary>
    [PropertyKey("storePathCommitLog", Important = true)]
    public string StorePathCommitLog { get; set; } = "";

    /// <summary>Size of a commit log file, bytes.</summary>
    [PropertyKey("mapedFileSizeCommitLog", Min = 4096, Max = 2147483647)]
    public int MapedFileSizeCommitLog { get; set; } = 1024 * 1024 * 1024;

    /// <summary>Size of a consume queue file, bytes.</summary>
    [PropertyKey("mapedFileSizeConsumeQueue", Min = 20, Max = 2147483640)]
    public int MapedFileSizeConsumeQueue { get; set; } = 6_000_000;

    /// <summary>Whether consume queue entries may carry an extension.</summary>
    [PropertyKey("enableConsumeQueueExt")]
    public bool EnableConsumeQueueExt { get; set; }

    /// <summary>Size of a consume queue extension file, bytes.</summary>
    [PropertyKey("mappedFileSizeConsumeQueueExt", Min = 4096)]
    public int MappedFileSizeConsumeQueueExt { get; set; } = 50_331_648;

    /// <summary>Milliseconds between two flushes of the commit log.</summary>
    [PropertyKey("flushIntervalCommitLog", Min = 0, Important = true)]
    public int FlushIntervalCommitLog { get; set; } = 500;

    /// <summary>Milliseconds between two flushes of the consume queues.</summary>
    [PropertyKey("flushIntervalConsumeQueue", Min = 0)]
    public int FlushIntervalConsumeQueue { get; set; } = 1000;

    /// <summary>Milliseconds between two looks for files to delete.</summary>
    [PropertyKey("cleanResourceInterval", Min = 0)]
    public int CleanResourceInterval { get; set; } = 10_000;

    /// <summary>Milliseconds between the deletion of two commit log files.</summary>
    [PropertyKey("deleteCommitLogFilesInterval", Min = 0)]
    public int DeleteCommitLogFilesInterval { get; set; } = 100;

    /// <summary>Milliseconds between the deletion of two consume queue files.</summary>
    [PropertyKey("deleteConsumeQueueFilesInterval", Min = 0)]
    public int DeleteConsumeQueueFilesInterval { get; set; } = 100;

    /// <summary>Milliseconds until a file that is still read is deleted all the same.</summary>
    [PropertyKey("destroyMapedFileIntervalForcibly", Min = 0)]
    public int DestroyMapedFileIntervalForcibly { get; set; } = 120_000;

    /// <summary>Milliseconds between two attempts to delete a file that is still read.</summary>
    [PropertyKey("redeleteHangedFileInterval", Min = 0)]
    public int RedeleteHangedFileInterval { get; set; } = 120_000;

    /// <summary>Hours of the day in which expired files are deleted, separated by semicolons.</summary>
    [PropertyKey("deleteWhen", Important = true)]
    public string DeleteWhen { get; set; } = "04";

    /// <summary>Per cent of the disk above which files are deleted early; kept within 10 and 95.</summary>
    [PropertyKey("diskMaxUsedSpaceRatio", Min = 0)]
    public int DiskMaxUsedSpaceRatio { get; set; } = 75;

    /// <summary>Fraction of the disk above which messages are refused; a system property of the original.</summary>
    [PropertyKey("diskSpaceWarningLevelRatio", Min = 0.01, Max = 1)]
    public double DiskSpaceWarningLevelRatio { get; set; } = 0.90;

    /// <summary>Fraction of the disk above which files go before their time; a system property of the original.</summary>
    [PropertyKey("diskSpaceCleanForciblyRatio", Min = 0.01, Max = 1)]
    public double DiskSpaceCleanForciblyRatio { get; set; } = 0.85;

    /// <summary>Hours that files are kept.</summary>
    [PropertyKey("fileReservedTime", Min = 1, Important = true)]
    public int FileReservedTime { get; set; } = 72;

    /// <summary>Longest message, bytes.</summary>
    [PropertyKey("maxMessageSize", Min = 1)]
    public int MaxMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Whether recovery checks the bodies.</summary>
    [PropertyKey("checkCRCOnRecover")]
    public bool CheckCRCOnRecover { get; set; } = true;

    /// <summary>Pages of 4 KiB that a periodic flush of the commit log waits for.</summary>
    [PropertyKey("flushCommitLogLeastPages", Min = 0)]
    public int FlushCommitLogLeastPages { get; set; } = 4;

    /// <summary>Pages of 4 KiB that a periodic flush of a consume queue waits for.</summary>
    [PropertyKey("flushConsumeQueueLeastPages", Min = 0)]
    public int FlushConsumeQueueLeastPages { get; set; } = 2;

    /// <summary>Milliseconds after which the commit log is flushed however little there is.</summary>
    [PropertyKey("flushCommitLogThoroughInterval", Min = 0)]
    public int FlushCommitLogThoroughInterval { get; set; } = 10_000;

    /// <summary>Milliseconds after which the consume queues are flushed however little there is.</summary>
    [PropertyKey("flushConsumeQueueThoroughInterval", Min = 0)]
    public int FlushConsumeQueueThoroughInterval { get; set; } = 60_000;

    /// <summary>Bytes that one pull may take out of memory.</summary>
    [PropertyKey("maxTransferBytesOnMessageInMemory", Min = 0, Important = true)]
    public int MaxTransferBytesOnMessageInMemory { get; set; } = 262_144;

    /// <summary>Messages that one pull may take out of memory.</summary>
    [PropertyKey("maxTransferCountOnMessageInMemory", Min = 1, Important = true)]
    public int MaxTransferCountOnMessageInMemory { get; set; } = 32;

    /// <summary>Bytes that one pull may take from disk.</summary>
    [PropertyKey("maxTransferBytesOnMessageInDisk", Min = 0, Important = true)]
    public int MaxTransferBytesOnMessageInDisk { get; set; } = 65_536;

    /// <summary>Messages that one pull may take from disk.</summary>
    [PropertyKey("maxTransferCountOnMessageInDisk", Min = 1, Important = true)]
    public int MaxTransferCountOnMessageInDisk { get; set; } = 8;

    /// <summary>Per cent of the machine's memory that is taken to hold the newest messages.</summary>
    [PropertyKey("accessMessageInMemoryMaxRatio", Min = 0, Max = 100, Important = true)]
    public int AccessMessageInMemoryMaxRatio { get; set; } = 40;

    /// <summary>Whether messages are indexed by key.</summary>
    [PropertyKey("messageIndexEnable", Important = true)]
    public bool MessageIndexEnable { get; set; } = true;

    /// <summary>Hash slots of an index file.</summary>
    [PropertyKey("maxHashSlotNum", Min = 1)]
    public int MaxHashSlotNum { get; set; } = 5_000_000;

    /// <summary>Entries of an index file.</summary>
    [PropertyKey("maxIndexNum", Min = 2)]
    public int MaxIndexNum { get; set; } = 20_000_000;

    /// <summary>Messages that one query by key may return.</summary>
    [PropertyKey("maxMsgsNumBatch", Min = 1, Max = 100000)]
    public int MaxMsgsNumBatch { get; set; } = 64;

    /// <summary>Messages that one query by unique key may return.</summary>
    [PropertyKey("defaultQueryMaxNum", Min = 1, Max = 100000)]
    public int DefaultQueryMaxNum { get; set; } = 32;

    /// <summary>Whether recovery starts from what the index has seen as well.</summary>
    [PropertyKey("messageIndexSafe", Important = true)]
    public bool MessageIndexSafe { get; set; }

    /// <summary><c>ip:port</c> of the master that a slave copies; empty asks the name servers.</summary>
    [PropertyKey("haMasterAddress", Important = true)]
    public string HaMasterAddress { get; set; } = "";

    /// <summary>Bytes that every slave must be behind for a synchronous master to wait for none of them.</summary>
    [PropertyKey("haSlaveFallbehindMax", Min = 1)]
    public int HaSlaveFallbehindMax { get; set; } = 268435456;

    /// <summary>ASYNC_MASTER, SYNC_MASTER or SLAVE.</summary>
    [PropertyKey("brokerRole", Important = true)]
    public BrokerRole BrokerRole { get; set; }

    /// <summary>ASYNC_FLUSH or SYNC_FLUSH.</summary>
    [PropertyKey("flushDiskType", Important = true)]
    public FlushDiskType FlushDiskType { get; set; }

    /// <summary>Milliseconds that an append waits for the disk under SYNC_FLUSH.</summary>
    [PropertyKey("syncFlushTimeout", Min = 1)]
    public int SyncFlushTimeout { get; set; } = 5000;

    /// <summary>The delays that messages can ask for, level 1 first.</summary>
    [PropertyKey("messageDelayLevel")]
    public string MessageDelayLevel { get; set; } = "1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h";

    /// <summary>Milliseconds between two saves of the progress of delayed messages.</summary>
    [PropertyKey("flushDelayOffsetInterval", Min = 1, Max = 3600000)]
    public long FlushDelayOffsetInterval { get; set; } = 10_000;

    /// <summary>Whether a nearly full disk deletes files that have not expired.</summary>
    [PropertyKey("cleanFileForciblyEnable", Important = true)]
    public bool CleanFileForciblyEnable { get; set; } = true;

    /// <summary>Whether a slave corrects offsets as a master does.</summary>
    [PropertyKey("offsetCheckInSlave")]
    public bool OffsetCheckInSlave { get; set; }

    /// <summary>Milliseconds after which a stuck append counts as a busy page cache.</summary>
    [PropertyKey("osPageCacheBusyTimeOutMills", Min = 1)]
    public long OsPageCacheBusyTimeOutMills { get; set; } = 1000;

    /// <summary>The directory of the commit log.</summary>
    public string CommitLogDirectory =>
        StorePathCommitLog.Length > 0 ? StorePathCommitLog : Path.Combine(StorePathRootDir, "commitlog");

    /// <summary>The directory of the JSON files.</summary>
    public string ConfigDirectory => Path.Combine(StorePathRootDir, "config");

    /// <summary>The settings as the store takes them.</summary>
    /// <param name="filterBitmaps">Computes filter bitmaps; <see langword="null"/> writes none.</param>
    public StoreOptions ToStoreOptions(IFilterBitmaps? filterBitmaps = null) => new()
    {
        FilterBitmaps = filterBitmaps,
        RootDirectory = StorePathRootDir,
        CommitLogDirectory = CommitLogDirectory,
        CommitLogFileSize = MapedFileSizeCommitLog,
        ConsumeQueueFileSize = MapedFileSizeConsumeQueue,
        EnableConsumeQueueExtension = EnableConsumeQueueExt,
        ConsumeQueueExtensionFileSize = MappedFileSizeConsumeQueueExt,
        FlushMode = FlushDiskType == FlushDiskType.SyncFlush ? FlushMode.Sync : FlushMode.Async,
        FlushIntervalCommitLog = FlushIntervalCommitLog,
        FlushCommitLogLeastPages = FlushCommitLogLeastPages,
        FlushCommitLogThoroughInterval = FlushCommitLogThoroughInterval,
        FlushIntervalConsumeQueue = FlushIntervalConsumeQueue,
        FlushConsumeQueueLeastPages = FlushConsumeQueueLeastPages,
        FlushConsumeQueueThoroughInterval = FlushConsumeQueueThoroughInterval,
        SyncFlushTimeout = SyncFlushTimeout,
        MaxMessageSize = MaxMessageSize,
        PageCacheBusyTimeout = OsPageCacheBusyTimeOutMills,
        CheckCrcOnRecover = CheckCRCOnRecover,
        CleanResourceInterval = CleanResourceInterval,
        DeleteWhen = DeleteWhen,
        FileReservedTime = FileReservedTime,
        DiskMaxUsedSpaceRatio = Math.Clamp(DiskMaxUsedSpaceRatio, 10, 95),
        DiskSpaceWarningLevelRatio = DiskSpaceWarningLevelRatio,
        DiskSpaceCleanForciblyRatio = DiskSpaceCleanForciblyRatio,
        CleanFileForcibly = CleanFileForciblyEnable,
        DeleteCommitLogFilesInterval = DeleteCommitLogFilesInterval,
        DeleteConsumeQueueFilesInterval = DeleteConsumeQueueFilesInterval,
        DestroyMappedFileIntervalForcibly = DestroyMapedFileIntervalForcibly,
        RedeleteHangedFileInterval = RedeleteHangedFileInterval,
        MaxTransferBytesInMemory = MaxTransferBytesOnMessageInMemory,
        MaxTransferCountInMemory = MaxTransferCountOnMessageInMemory,
        MaxTransferBytesInDisk = MaxTransferBytesOnMessageInDisk,
        MaxTransferCountInDisk = MaxTransferCountOnMessageInDisk,
        AccessMessageInMemoryMaxRatio = AccessMessageInMemoryMaxRatio,
        MessageIndexEnable = MessageIndexEnable,
        MessageIndexSafe = MessageIndexSafe,
        MaxHashSlots = MaxHashSlotNum,
        MaxIndexEntries = MaxIndexNum,
        MaxQueryMessages = MaxMsgsNumBatch,
        DefaultQueryMessages = DefaultQueryMaxNum,
        MessageDelayLevel = MessageDelayLevel,
        FlushDelayOffsetInterval = FlushDelayOffsetInterval,
        OffsetCheckInSlave = OffsetCheckInSlave,
        HaSlaveFallBehindMax = HaSlaveFallbehindMax,
        BrokerRole = BrokerRole switch
        {
            BrokerRole.Slave => "SLAVE",
            BrokerRole.SyncMaster => "SYNC_MASTER",
            _ => "ASYNC_MASTER",
        },
    };
}
