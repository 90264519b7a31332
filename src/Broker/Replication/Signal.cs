using System.Threading.Channels;

namespace Rocketeer.Broker.Replication;

/// <summary>
/// Wakes one loop. Signals that come while it works are one signal; one that nobody needs costs a read of a field, so that every append may
/// give it. Thread-safe; one waiter.
/// </summary>
internal sealed class Signal
{
    private readonly Channel<bool> _channel = Channel.CreateUnbounded<bool>(new UnboundedChannelOptions { SingleReader = true });
    private int _pending;

    /// <summary>There is something to do. Never blocks, and runs nothing of the loop.</summary>
    public void Set()
    {
        // What the caller published must be visible before _pending is looked at, or the loop could clear it and see nothing to do.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _pending) == 0 && Interlocked.Exchange(ref _pending, 1) == 0)
        {
            _channel.Writer.TryWrite(true);
        }
    }

    /// <summary>Waits for the next signal.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await _channel.Reader.ReadAsync(cancellationToken);
        Interlocked.Exchange(ref _pending, 0);
    }
}
