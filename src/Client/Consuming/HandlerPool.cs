using System.Threading.Channels;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// Up to <see cref="PushConsumerOptions.ConsumeThreads"/> workers that take work in the order it was posted. They are tasks, so nothing is
/// held while nothing is to do. How much may wait is bounded by the windows of the queues. Thread-safe.
/// </summary>
#pragma warning disable CA1001 // the token source has no timer and no wait handle; late handlers may still look at it
internal sealed class HandlerPool<T>
#pragma warning restore CA1001
{
    /// <summary>After the grace, how long handlers have to notice that their tokens fired.</summary>
    private static readonly TimeSpan AfterCancellation = TimeSpan.FromSeconds(1);

    private readonly ConsumerContext _consumer;
    private readonly Func<T, ConsumeSlot, ValueTask> _run;
    private readonly Channel<T> _waiting = Channel.CreateUnbounded<T>();
    private readonly ConsumeSlot[] _slots;
    private readonly CancellationTokenSource _stopping = new();
    private Task[] _workers = [];

    /// <summary>Creates the workers; they begin with <see cref="Start"/>.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="run">Does one piece of work; must not throw.</param>
    public HandlerPool(ConsumerContext consumer, Func<T, ConsumeSlot, ValueTask> run)
    {
        _consumer = consumer;
        _run = run;
        _slots = new ConsumeSlot[consumer.Options.ConsumeThreads];
        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i] = new ConsumeSlot();
        }
    }

    /// <summary>Fires when no more work is begun.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>True while somebody waits for a worker.</summary>
    public bool HasWaiting => _waiting.Reader.Count > 0;

    /// <summary>Starts the workers.</summary>
    public void Start() => _workers = [.. _slots.Select(slot => Task.Run(() => WorkAsync(slot)))];

    /// <summary>Adds work; ignored once the pool stops.</summary>
    public void Post(T work) => _waiting.Writer.TryWrite(work);

    /// <summary>Fires the tokens of handlers that were called before this time stamp of the clock.</summary>
    public void CancelOlderThan(long timestamp)
    {
        foreach (var slot in _slots)
        {
            slot.CancelIfOlderThan(timestamp);
        }
    }

    /// <summary>Begins nothing more, waits for running handlers, then fires their tokens.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _waiting.Writer.TryComplete();
        var all = Task.WhenAll(_workers);
        await Task.WhenAny(all, Task.Delay(grace, _consumer.Clock)).ConfigureAwait(false);
        if (all.IsCompleted)
        {
            return;
        }

        // A handler that ignores its token must not keep the process from ending: it is left alone, and nothing that it returns counts.
        _consumer.Logger.StopGraceOver(_consumer.Group, _slots.Count(slot => slot.IsBusy));
        foreach (var slot in _slots)
        {
            slot.Cancel();
        }

        await Task.WhenAny(all, Task.Delay(AfterCancellation, _consumer.Clock)).ConfigureAwait(false);
    }

    private async Task WorkAsync(ConsumeSlot slot)
    {
        await foreach (var work in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (!_stopping.IsCancellationRequested)
            {
                await _run(work, slot).ConfigureAwait(false);
            }
        }
    }
}
