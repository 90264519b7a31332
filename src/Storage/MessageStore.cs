using Microsoft.Extensions.Logging;
using Rocketeer.Storage.Checkpoints;
using Rocketeer.Storage.CommitLogs;
using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Index;
using Rocketeer.Storage.Queues;
using Rocketeer.Storage.Replication;
using Rocketeer.Storage.Retention;
using Rocketeer.Storage.Scheduling;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage;

/// <summary>
/// The storage engine: one commit log, a consume queue per topic and queue, an index by key. Opens stores written by the original and
/// writes stores that the original opens. Thread-safe.
/// </summary>
/// <remarks>
/// Parts: MessageStore.Open.cs loads and recovers, .Put.cs appends and waits for durability, .Read.cs and .Query.cs read, .Services.cs runs
/// what happens in the background, .Close.cs ends it.
/// </remarks>
public sealed partial class MessageStore : IAsyncDisposable
{
    private readonly StoreOptions _options;
    private readonly StoreRole _role;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly IDisk _disk;
    private readonly StoreInstruments _instruments;
    private readonly RunningFlags _flags = new();
    private readonly DelayLevels _delayLevels;
    private readonly CommitLog _log;
    private readonly ConsumeQueueSet _queues;
    private readonly MessageIndex _index;
    private readonly CommitLogDispatcher _dispatcher;
    private readonly DelayedDelivery _delayed;
    private readonly SegmentCleaner _cleaner;
    private readonly DurabilityGate _durability;
    private readonly StoreCheckpoint _checkpoint;
    private readonly AbortMarker _abortMarker;
    private readonly StoreLock _lock;

    private MessageStore(
        StoreOptions options,
        StoreRole role,
        IMessageArrivalListener? arrivals,
        TimeProvider clock,
        ILogger logger,
        IDisk disk,
        StoreLock storeLock)
    {
        _options = options;
        _role = role;
        _clock = clock;
        _logger = logger;
        _disk = disk;
        _lock = storeLock;
        _instruments = new StoreInstruments(clock);
        _delayLevels = DelayLevels.Parse(options.MessageDelayLevel);
        _log = new CommitLog(options, disk, new QueueOffsetTable(), clock, logger) { Gate = role };
        _queues = new ConsumeQueueSet(new QueueStorage(options, disk, logger));
        _index = new MessageIndex(options, disk, clock, logger);
        IDispatchTarget[] targets = options.MessageIndexEnable ? [_queues, _index] : [_queues];
        _delayed = new DelayedDelivery(
            new DelayedView(this),
            _delayLevels,
            role,
            new DelayOffsetFile(options.RootDirectory),
            TimeSpan.FromMilliseconds(options.FlushDelayOffsetInterval),
            clock,
            logger);
        IMessageArrivalListener[] listeners = arrivals is null ? [_delayed] : [_delayed, arrivals];
        _dispatcher = new CommitLogDispatcher(_log, targets, listeners, _delayLevels, role, logger);
        _cleaner = new SegmentCleaner(_log, _dispatcher, options, disk, _flags, clock, logger);
        var replica = new ReplicaCondition(options.HaSlaveFallBehindMax);
        _durability = new DurabilityGate(clock, TimeSpan.FromMilliseconds(options.SyncFlushTimeout), logger, replica);
        Replication = new ReplicationLog(_log, options, role, _durability, replica, CutOff);
        _checkpoint = new StoreCheckpoint(disk, Path.Combine(options.RootDirectory, "checkpoint"));
        _abortMarker = new AbortMarker(Path.Combine(options.RootDirectory, "abort"));
    }

    /// <summary>
    /// Something in the background failed for good and the store takes no more messages; it must be opened again. Raised once, on any
    /// thread. Who subscribes late asks <see cref="Failure"/>.
    /// </summary>
    public event Action<Exception>? Failed;

    /// <summary>What failed, or <see langword="null"/>.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Counters for the broker's runtime information.</summary>
    public StoreStatistics Statistics { get; } = new();

    /// <summary>First offset of the commit log.</summary>
    public long CommitLogMinOffset => _log.MinOffset;

    /// <summary>End of the commit log.</summary>
    public long CommitLogMaxOffset => _log.MaxOffset;

    /// <summary>Everything in the commit log before this offset is on the disk.</summary>
    public long CommitLogFlushedOffset => _log.FlushedOffset;

    /// <summary>Bytes appended but not yet dispatched to the queues.</summary>
    public long DispatchBehindBytes => _dispatcher.BehindBytes;

    /// <summary>Used fraction of the commit log's partition, 0 to 1; -1 when the directory is missing.</summary>
    public double CommitLogDiskRatio => _disk.UsedFraction(_options.CommitLogDirectory);

    /// <summary>Used fraction of the partition of queues and index, 0 to 1; -1 when the directory is missing.</summary>
    public double ConsumeQueueDiskRatio => _disk.UsedFraction(_options.RootDirectory);

    /// <summary>Whether the store takes messages now: open, a master, no failure, no full disk.</summary>
    public bool IsWriteable => !_isClosed && _role.MayWrite && _flags.IsWriteable && !_log.IsPoisoned;

    /// <summary>How long the append that is under way has taken so far, in milliseconds; 0 when there is none.</summary>
    public long AppendingForMilliseconds => _log.AppendingFor;

    /// <summary>Appended messages whose senders wait for the disk or a replica.</summary>
    public int WaitingForDurability => _durability.Waiting;

    /// <summary>How long the first of them has waited; zero when there is none.</summary>
    public TimeSpan DurabilityHeadWait => _durability.HeadWait;

    /// <summary>Whether an append has been stuck in the page cache for longer than <c>osPageCacheBusyTimeOutMills</c>.</summary>
    public bool IsPageCacheBusy => _log.AppendingFor is var stuck && stuck > _options.PageCacheBusyTimeout && stuck < 10_000_000;
}
