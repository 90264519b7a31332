using Microsoft.Extensions.Logging;
using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.CommitLogs;

/// <summary>
/// The one log that holds every message of the store (docs/formats/commit-log.md). Append, read and flush run side by side:
/// <c>min &lt;= flushed &lt;= readable &lt;= appended</c>.
/// </summary>
/// <remarks>
/// <para>How bytes reach the file depends on the flush mode, because the two are far apart in cost. Asynchronous: the record is laid out in
/// the mapping, readable at once, and a background flush syncs the range (a mapped append is 46 to 110 ns per KiB, a write per record 1 to
/// 2 µs). Synchronous: the record is laid out in a staging block, and the committer writes and syncs whatever was staged during the last
/// sync (written and synced through the file 135 to 170 µs, through the mapping 270 to 470 µs); it is readable once it is written, before
/// it is synced. Readers map the same file in both modes. In both there is one copy of the body between receive buffer and log.</para>
/// <para>The append lock is held for assigning offsets and the copy. The checksum is computed before it, and the next file is created,
/// reserved and faulted in by <see cref="SegmentPreallocator"/>.</para>
/// <para>A flush that failed poisons the log: what the kernel still holds of the failed range is unknown, so nothing more may be promised.
/// </para>
/// </remarks>
internal sealed partial class CommitLog : ILogReader, IDisposable
{
    private readonly StoreOptions _options;
    private readonly SegmentSet _segments;
    private readonly SegmentPreallocator _preallocator;
    private readonly QueueOffsetTable _queueOffsets;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _appendLock = new();
    private readonly StagingArea? _staging; // only under synchronous flush
    private readonly int _maxRecordBytes;

    /// <summary>Describes a log; touches nothing.</summary>
    /// <param name="options">Paths, sizes, limits.</param>
    /// <param name="disk">The disk.</param>
    /// <param name="queueOffsets">Next offset of every queue.</param>
    /// <param name="clock">Clock of store timestamps.</param>
    /// <param name="logger">Log of the store.</param>
    public CommitLog(StoreOptions options, IDisk disk, QueueOffsetTable queueOffsets, TimeProvider clock, ILogger logger)
    {
        _options = options;
        _queueOffsets = queueOffsets;
        _clock = clock;
        _logger = logger;
        _segments = new SegmentSet(disk, options.CommitLogDirectory, options.CommitLogFileSize, logger);
        _staging = options.FlushMode == FlushMode.Sync ? new StagingArea() : null;
        _preallocator = new SegmentPreallocator(_segments, touch: _staging is null, logger);
        _maxRecordBytes = Math.Min(options.MaxMessageSize, options.CommitLogFileSize - MinimumBlank);
    }

    /// <inheritdoc/>
    public long MinOffset => _segments.First?.StartOffset ?? MaxOffset;

    /// <inheritdoc/>
    public long MaxOffset => Volatile.Read(ref _readableUntil);

    /// <summary>Everything before this offset is durable.</summary>
    public long FlushedOffset => Volatile.Read(ref _flushedUntil);

    /// <inheritdoc/>
    public int SegmentSize => _segments.SegmentSize;

    /// <summary>Signalled when more of the log became readable. Set before the log is used; must be cheap and must not throw.</summary>
    public Action? Readable { get; set; }

    /// <summary>Signalled when something is staged. Set before the log is used; must be cheap and must not throw.</summary>
    public Action? Staged { get; set; }

    /// <summary>
    /// Asked under the append lock, where offsets are assigned: once it is closed and the lock was free, no message is appended any more.
    /// Set before the log is used; <see langword="null"/> lets everything in.
    /// </summary>
    public StoreRole? Gate { get; init; }

    /// <summary>Told once, when a flush failed and the log accepts no more messages.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <summary>Starts preparing files in the background; after recovery.</summary>
    public void Start() => _preallocator.Start();

    /// <summary>Stops preparing files, and deletes the one that was prepared and not used.</summary>
    public ValueTask StopAsync() => _preallocator.DisposeAsync();

    /// <summary>Closes the files. Does not flush.</summary>
    public void Dispose()
    {
        lock (_appendLock)
        {
            _active?.Release();
            _active = null;
            _segments.Dispose();
        }
    }
}
