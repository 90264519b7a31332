using Microsoft.Extensions.Logging;
using Rocketeer.Storage.CommitLogs;
using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Retention;

/// <summary>
/// Decides when old commit log files go, and when the disk is too full to take messages (reference: store.md sections 14.1 and 14.2). Run
/// by the store's timer, one run at a time.
/// </summary>
internal sealed class SegmentCleaner
{
    private const int MaxFilesPerRun = 10;

    private readonly CommitLog _log;
    private readonly CommitLogDispatcher _dispatcher;
    private readonly StoreOptions _options;
    private readonly IDisk _disk;
    private readonly RunningFlags _flags;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly IReadOnlyList<int> _hours;

    /// <summary>Creates the cleaner of a store.</summary>
    public SegmentCleaner(
        CommitLog log,
        CommitLogDispatcher dispatcher,
        StoreOptions options,
        IDisk disk,
        RunningFlags flags,
        TimeProvider clock,
        ILogger logger)
    {
        _log = log;
        _dispatcher = dispatcher;
        _options = options;
        _disk = disk;
        _flags = flags;
        _clock = clock;
        _logger = logger;
        _hours = options.DeleteHours();
    }

    /// <summary>Looks at clock and disk, and deletes what may go.</summary>
    /// <returns>Files deleted.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var needsSpace = CheckSpace(out var atOnce);
        if (!IsDeleteHour() && !needsSpace)
        {
            return 0;
        }

        var keepFor = TimeSpan.FromHours(_options.FileReservedTime);
        var deleted = 0;
        while (deleted < MaxFilesPerRun
            && _log.TryDeleteOldest(
                _clock.GetUtcNow(), keepFor, atOnce && _options.CleanFileForcibly, _dispatcher.DispatchedUntil))
        {
            deleted++;
            if (_options.DeleteCommitLogFilesInterval > 0)
            {
                // A pause, because giving back a gigabyte of blocks stalls other writers of some file systems.
                var pause = TimeSpan.FromMilliseconds(_options.DeleteCommitLogFilesInterval);
                await Task.Delay(pause, _clock, cancellationToken).ConfigureAwait(false);
            }
        }

        return deleted;
    }

    /// <summary>Sets or clears the disk-full flag by the space of both partitions.</summary>
    /// <param name="atOnce">True when files go before their time.</param>
    /// <returns>True when old files should go whatever the hour.</returns>
    public bool CheckSpace(out bool atOnce)
    {
        // The fuller one decides: the original looks at the second only when the first is fine, and lets it clear the flag of the first.
        var (log, queues) = (_disk.UsedFraction(_options.CommitLogDirectory), _disk.UsedFraction(_options.RootDirectory));
        var (path, used) = log >= queues ? (_options.CommitLogDirectory, log) : (_options.RootDirectory, queues);
        atOnce = used > _options.DiskSpaceCleanForciblyRatio;
        if (used > _options.DiskSpaceWarningLevelRatio)
        {
            atOnce = true;
            if (_flags.Set(StoreFlag.DiskFull))
            {
                _logger.DiskIsFull(path, used);
            }
        }
        else if (!atOnce && _flags.Clear(StoreFlag.DiskFull)) // between the two marks the flag stays as it is, so that it does not flap
        {
            _logger.DiskHasSpace(path, used);
        }

        return Math.Min(log, queues) < 0 || used > Math.Clamp(_options.DiskMaxUsedSpaceRatio, 10, 95) / 100.0;
    }

    private bool IsDeleteHour()
    {
        var hour = _clock.GetLocalNow().Hour;
        foreach (var candidate in _hours)
        {
            if (candidate == hour)
            {
                return true;
            }
        }

        return false;
    }
}
