using Microsoft.Extensions.Logging;

namespace Rocketeer.Client.Groups;

/// <summary>
/// Runs a piece of work now and then: after each period, and at once when woken. A turn that fails is logged, and the next one comes as
/// planned. Turns never overlap. Thread-safe.
/// </summary>
internal sealed class PeriodicLoop : IAsyncDisposable
{
    private readonly string _name;
    private readonly TimeSpan _period;
    private readonly Func<CancellationToken, Task> _turn;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _woken = new(0);
    private readonly Lock _lock = new();
    private Task? _running;
    private bool _disposed;
    private int _wakePending;

    public PeriodicLoop(string name, TimeSpan period, Func<CancellationToken, Task> turn, TimeProvider clock, ILogger logger)
    {
        _name = name;
        _period = period;
        _turn = turn;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Begins, if it has not yet; the first turn comes after one period or a <see cref="Wake"/>.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _running ??= Task.Run(RunAsync);
            }
        }
    }

    /// <summary>Asks for a turn as soon as the one under way, if any, has ended. Wakes that come before that turn begins are one.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) == 0)
        {
            _woken.Release();
        }
    }

    /// <summary>Cancels the turn under way and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? running;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            running = _running;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (running is not null)
        {
            await running.ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var token = _stopping.Token;
        using var timer = _clock.CreateTimer(static loop => ((PeriodicLoop)loop!).Wake(), this, _period, _period);
        try
        {
            while (true)
            {
                await _woken.WaitAsync(token).ConfigureAwait(false);
                Volatile.Write(ref _wakePending, 0);
                await TurnAsync(token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    private async Task TurnAsync(CancellationToken token)
    {
        try
        {
            await _turn(token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // whatever a turn throws, the loop must live: clients depend on it for hours
        catch (Exception failure) when (failure is not OperationCanceledException || !token.IsCancellationRequested)
#pragma warning restore CA1031
        {
            _logger.LoopTurnFailed(failure, _name);
        }
    }
}
