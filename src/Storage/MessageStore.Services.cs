using Rocketeer.Storage.CommitLogs;

namespace Rocketeer.Storage;

// What runs in the background: flushing, cleaning, counting; and what happens when one of them fails.
public sealed partial class MessageStore
{
    private static readonly TimeSpan FirstCleaning = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);
    private const int SamplesPerDistribution = 60;

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _services = [];
    private Exception? _failure;
    private GroupCommitter? _committer; // synchronous flush
    private IntervalFlusher? _flusher; // asynchronous flush

    private void StartServices()
    {
        _cleaner.CheckSpace(out _);
        _log.Failed = e => Fail("commit log flush", e);
        _log.Readable = () =>
        {
            _dispatcher.Wake();
            Replication.OnReadable();
        };
        _dispatcher.Failed = e => Fail("dispatch", e);
        _index.FileCompleted = end =>
        {
            _checkpoint.IndexTimestamp = end;
            _checkpoint.Save();
        };
        if (_options.FlushMode == FlushMode.Sync)
        {
            _committer = new GroupCommitter(_log, _durability, _instruments, Fail);
            _committer.Start();
        }
        else
        {
            _flusher = new IntervalFlusher(_log, _options, _clock, _instruments);
            _services.Add(RunAsync("asynchronous flush", _flusher.RunAsync));
        }

        _log.Start();
        _dispatcher.Start();
        _services.Add(RunAsync("consume queue flush", FlushQueuesAsync));
        _services.Add(RunAsync("file cleaning", CleanAsync));
        _services.Add(RunAsync("delayed delivery", _delayed.RunAsync));
        _services.Add(RunAsync("statistics", SampleAsync));
        Observe();
    }

    private void Observe()
    {
        _instruments.Observe("rocketeer.store.log.max_offset", "By", "End of the commit log", () => _log.MaxOffset);
        _instruments.Observe("rocketeer.store.log.min_offset", "By", "Begin of the commit log", () => _log.MinOffset);
        _instruments.Observe("rocketeer.store.log.unflushed", "By", "Appended but not on the disk", () => _log.AppendedOffset - _log.FlushedOffset);
        _instruments.Observe("rocketeer.store.dispatch.behind", "By", "Appended but not in the queues", () => DispatchBehindBytes);
        _instruments.Observe("rocketeer.store.durability.waiting", "{message}", "Senders that wait for disk or replica", () => _durability.Waiting);
    }

    private Task RunAsync(string service, Func<CancellationToken, Task> loop) => Task.Run(async () =>
    {
        try
        {
            await loop(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // asked to stop
        }
        catch (Exception e) // whatever it is, the store is not whole any more
        {
            Fail(service, e);
        }
    });

    // First failure wins: no more messages, and whoever runs the store is told.
    private void Fail(string service, Exception exception)
    {
        if (Interlocked.CompareExchange(ref _failure, exception, null) is null)
        {
            _flags.Set(StoreFlag.NotWriteable);
            _logger.ServiceFailed(exception, service);
            Failed?.Invoke(exception);
        }
    }

    private async Task FlushQueuesAsync(CancellationToken cancellationToken)
    {
        var interval = TimeSpan.FromMilliseconds(_options.FlushIntervalConsumeQueue);
        var thorough = TimeSpan.FromMilliseconds(_options.FlushConsumeQueueThoroughInterval);
        var lastThorough = _clock.GetTimestamp();
        while (true)
        {
            await Task.Delay(interval, _clock, cancellationToken).ConfigureAwait(false);
            if (_clock.GetElapsedTime(lastThorough) < thorough)
            {
                _queues.Flush(_options.FlushConsumeQueueLeastPages);
                continue;
            }

            lastThorough = _clock.GetTimestamp();
            SaveCheckpoint();
        }
    }

    // Times first, then the flush that makes them true, then the file that says so.
    private void SaveCheckpoint()
    {
        var queuesTimestamp = _queues.LastStoreTimestamp;
        _queues.Flush(leastPages: 0);
        if (_log.FlushedTimestamp > 0)
        {
            _checkpoint.LogTimestamp = _log.FlushedTimestamp;
        }

        if (queuesTimestamp > 0)
        {
            _checkpoint.QueuesTimestamp = queuesTimestamp;
        }

        _checkpoint.Save();
    }

    private async Task CleanAsync(CancellationToken cancellationToken)
    {
        var pause = FirstCleaning;
        while (true)
        {
            await Task.Delay(pause, _clock, cancellationToken).ConfigureAwait(false);
            await CleanOnceAsync(cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromMilliseconds(_options.CleanResourceInterval);
        }
    }

    /// <summary>One run of cleaning; the timer runs it, and tests.</summary>
    internal async Task CleanOnceAsync(CancellationToken cancellationToken)
    {
        var minOffset = _log.MinOffset;
        await _cleaner.RunAsync(cancellationToken).ConfigureAwait(false);
        if (_log.MinOffset <= minOffset)
        {
            return;
        }

        var pause = TimeSpan.FromMilliseconds(_options.DeleteConsumeQueueFilesInterval);
        foreach (var queue in _queues.All)
        {
            if (queue.DeleteExpiredFiles(_log.MinOffset) > 0 && pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _clock, cancellationToken).ConfigureAwait(false);
            }
        }

        _queues.CorrectMinOffsets(_log.MinOffset);
        _index.DeleteExpiredFiles(_log.MinOffset);
    }

    private async Task SampleAsync(CancellationToken cancellationToken)
    {
        for (var taken = 1; ; taken++)
        {
            await Task.Delay(SampleInterval, _clock, cancellationToken).ConfigureAwait(false);
            Statistics.TakeSample(_clock.GetUtcNow().ToUnixTimeMilliseconds());
            if (taken % SamplesPerDistribution == 0)
            {
                Statistics.ResetDistribution();
            }
        }
    }
}
