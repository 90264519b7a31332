namespace Rocketeer.Client.Producing;

/// <summary>
/// Bounds what is on its way, by number and by bytes. Who finds no room waits in line; nobody overtakes, so that big messages are not
/// starved by small ones. Thread-safe.
/// </summary>
internal sealed class InFlightLimiter(int maxMessages, long maxBytes, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _line = new();
    private int _messages;
    private long _bytes;
    private int _waiting;
    private bool _closed;
    private TaskCompletionSource? _drained;

    /// <summary>Messages on their way now.</summary>
    public int Messages
    {
        get
        {
            lock (_lock)
            {
                return _messages;
            }
        }
    }

    /// <summary>Takes room; each success is followed by one <see cref="Exit"/> with the same size.</summary>
    /// <param name="bytes">Size; more than the limit is let in alone.</param>
    /// <param name="timeout">Longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False if there was no room in time.</returns>
    /// <exception cref="ObjectDisposedException"><see cref="CloseAsync"/> was called before.</exception>
    public ValueTask<bool> EnterAsync(long bytes, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(Producer));
            if (_waiting == 0 && Fits(bytes))
            {
                Take(bytes);
                return ValueTask.FromResult(true);
            }

            waiter = new Waiter(bytes);
            _line.Enqueue(waiter);
            _waiting++;
        }

        return WaitAsync(waiter, timeout, cancellationToken);
    }

    /// <summary>Gives room back.</summary>
    public void Exit(long bytes)
    {
        lock (_lock)
        {
            _messages--;
            _bytes -= bytes;
            Admit();
        }
    }

    /// <summary>Lets nobody in any more, and completes when all who are in, or in line, have left.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _closed = true;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Admit();
            return _drained.Task;
        }
    }

    private async ValueTask<bool> WaitAsync(Waiter waiter, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await waiter.Task.WaitAsync(timeout, clock, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            GiveUp(waiter);
            return false;
        }
        catch (OperationCanceledException)
        {
            GiveUp(waiter);
            throw;
        }
    }

    private void GiveUp(Waiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Task.IsCompleted)
            {
                // Room came at the same moment: it goes to the next in line.
                _messages--;
                _bytes -= waiter.Bytes;
            }
            else
            {
                waiter.HasLeft = true;
                _waiting--;
            }

            Admit();
        }
    }

    private void Admit()
    {
        while (_line.TryPeek(out var waiter))
        {
            if (waiter.HasLeft)
            {
                _line.Dequeue();
                continue;
            }

            if (!Fits(waiter.Bytes))
            {
                break;
            }

            _line.Dequeue();
            _waiting--;
            Take(waiter.Bytes);
            waiter.SetResult();
        }

        if (_closed && _messages == 0 && _waiting == 0)
        {
            _drained?.TrySetResult();
        }
    }

    private bool Fits(long bytes) => _messages < maxMessages && (_bytes + bytes <= maxBytes || _messages == 0);

    private void Take(long bytes)
    {
        _messages++;
        _bytes += bytes;
    }

    private sealed class Waiter(long bytes) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Bytes { get; } = bytes;

        public bool HasLeft { get; set; }
    }
}
