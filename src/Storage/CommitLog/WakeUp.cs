namespace Rocketeer.Storage.CommitLogs;

/// <summary>
/// Wakes one thread that does a job for many. Signals that come while it works are one signal; a signal nobody needs costs a read of one
/// field. Not for several waiting threads.
/// </summary>
internal sealed class WakeUp : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0);
    private int _pending;

    /// <summary>There is work. Never blocks, allocates nothing.</summary>
    public void Signal()
    {
        // What the caller published must be visible before _pending is looked at, or the thread could clear it and see no work.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _pending) == 0 && Interlocked.Exchange(ref _pending, 1) == 0)
        {
            _semaphore.Release();
        }
    }

    /// <summary>Waits for the next signal, on this thread.</summary>
    public void Wait(CancellationToken cancellationToken)
    {
        _semaphore.Wait(cancellationToken);
        Interlocked.Exchange(ref _pending, 0);
    }

    /// <summary>Waits for the next signal, on this thread, but not longer than this. For a pace, not for a time that anybody is promised.</summary>
    public void Wait(TimeSpan atMost)
    {
        if (_semaphore.Wait(atMost))
        {
            Interlocked.Exchange(ref _pending, 0);
        }
    }

    /// <summary>Waits for the next signal.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        Interlocked.Exchange(ref _pending, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _semaphore.Dispose();
}
