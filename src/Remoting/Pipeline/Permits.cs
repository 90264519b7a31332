namespace Rocketeer.Remoting.Pipeline;

/// <summary>A number of requests that may be in flight at once, over all connections of a server or client. Thread-safe.</summary>
/// <param name="count">How many.</param>
/// <param name="kind">Names them in messages: "one-way requests", "requests".</param>
/// <param name="clock">Clock of the waiting.</param>
#pragma warning disable CA1001 // The semaphore holds no system handle, and late releases must not fail.
internal sealed class Permits(int count, string kind, TimeProvider clock)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _free = new(count);

    /// <summary>Takes a permit if one is free.</summary>
    public bool TryTake() => _free.Wait(0, CancellationToken.None);

    /// <summary>Takes a permit, waiting for one if need be.</summary>
    /// <exception cref="RemotingTooManyRequestsException">None was free in time.</exception>
    public async ValueTask TakeAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (TryTake())
        {
            return;
        }

        using var deadline = new Deadline(timeout, clock, cancellationToken);
        try
        {
            await _free.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RemotingTooManyRequestsException(
                $"Nothing was sent: all {count} permits for {kind} were taken for {timeout.TotalMilliseconds} ms.");
        }
    }

    /// <summary>Gives permits back.</summary>
    public void Release(int permits = 1) => _free.Release(permits);
}
