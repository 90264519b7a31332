namespace Rocketeer.Storage.CommitLogs;

/// <summary>Asynchronous flush: every interval, when enough is dirty, and every thorough interval whatever is (store.md section 7).</summary>
internal sealed class IntervalFlusher
{
    private readonly CommitLog _log;
    private readonly StoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly StoreInstruments _instruments;

    /// <summary>Takes charge of a log.</summary>
    public IntervalFlusher(CommitLog log, StoreOptions options, TimeProvider clock, StoreInstruments instruments)
    {
        _log = log;
        _options = options;
        _clock = clock;
        _instruments = instruments;
    }

    /// <summary>Flushes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var interval = TimeSpan.FromMilliseconds(_options.FlushIntervalCommitLog);
        var thorough = TimeSpan.FromMilliseconds(_options.FlushCommitLogThoroughInterval);
        var lastThorough = _clock.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(interval, _clock, cancellationToken).ConfigureAwait(false);
            var isThorough = _clock.GetElapsedTime(lastThorough) >= thorough;
            if (isThorough)
            {
                lastThorough = _clock.GetTimestamp();
            }

            Flush(isThorough ? 0 : _options.FlushCommitLogLeastPages);
        }
    }

    /// <summary>Flushes now.</summary>
    public void Flush(int leastPages)
    {
        var start = _instruments.Now;
        var bytes = _log.Flush(leastPages);
        if (bytes > 0)
        {
            _instruments.Flushed(start, bytes);
        }
    }
}
