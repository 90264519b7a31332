using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <content>Queues whose place changes while they are held: resets from outside, offsets that do not exist, locks that were lost.</content>
internal sealed partial class Rebalancer
{
    /// <summary>Pause before a queue is taken anew that does not reach to where it should be read: handlers that still run finish meanwhile.</summary>
    private static readonly TimeSpan OffsetIllegalPause = TimeSpan.FromSeconds(10);

    /// <summary>Moves the listed queues, as far as they are held, to other offsets, without disturbing the rest.</summary>
    /// <returns>Queues moved.</returns>
    public async ValueTask<int> ResetAsync(IReadOnlyDictionary<MessageQueue, long> offsets, CancellationToken cancellationToken)
    {
        var moved = 0;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var (queue, offset) in offsets)
            {
                if (_held.TryGetValue(queue, out var loop))
                {
                    await MoveAsync(loop, offset, cancellationToken).ConfigureAwait(false);
                    moved++;
                }
            }
        }
        finally
        {
            _gate.Release();
        }

        Due?.Invoke();
        return moved;
    }

    /// <summary>
    /// Reads a queue from another offset on without storing that offset; nothing of what is in memory of it comes any more. A queue that is not
    /// held now begins there when it is taken. Not for ordered consumption: a handler of the queue is not waited for.
    /// </summary>
    public async ValueTask SeekAsync(MessageQueue queue, long offset, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_held.TryGetValue(queue, out var loop) || loop.IsReleasing)
            {
                consumer.Seeks[queue] = offset;
                return;
            }

            await loop.DisposeAsync().ConfigureAwait(false);
            consumer.Offsets.Forget(queue);
            var moved = LoopFrom(queue, offset);
            _held = new Dictionary<MessageQueue, PullLoop>(_held) { [queue] = moved };
            if (!_stopped)
            {
                moved.Start();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Drops queues that another member may have by now: nothing that happens to them here counts any more, and nothing of them is stored.
    /// Those that are still our share are taken anew.
    /// </summary>
    public async ValueTask AbandonAsync(IReadOnlyCollection<MessageQueue> queues, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var queue in queues)
            {
                if (_held.TryGetValue(queue, out var loop))
                {
                    loop.Window.Drop();
                    loop.IsReleasing = true;
                    consumer.Offsets.Forget(queue);
                }
            }
        }
        finally
        {
            _gate.Release();
        }

        Due?.Invoke();
    }

    /// <summary>Called under the gate: drops a queue whose offset changed from outside, so that the next rebalance takes it anew from there.</summary>
    private async ValueTask MoveAsync(PullLoop loop, long offset, CancellationToken cancellationToken)
    {
        var queue = loop.Window.Queue;
        loop.IsReleasing = true;
        await loop.DisposeAsync().ConfigureAwait(false);
        consumer.Offsets.Update(queue, offset, increaseOnly: false);
        await PersistAsync(queue, cancellationToken).ConfigureAwait(false);
    }

    private void OnOffsetIllegal(PullLoop loop, long offset) => _ = CorrectLaterAsync(loop, offset);

    /// <summary>Never throws: a failure is logged and left to the rebalance that follows.</summary>
    private async Task CorrectLaterAsync(PullLoop loop, long offset)
    {
        try
        {
            await Task.Delay(OffsetIllegalPause, consumer.Clock, _stopping.Token).ConfigureAwait(false);
            await CorrectAsync(loop, offset).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // nobody waits for this task
        catch (Exception failure)
#pragma warning restore CA1031
        {
            consumer.Logger.OffsetCorrectionFailed(failure, consumer.Group, loop.Window.Queue);
        }

        Due?.Invoke();
    }

    private async ValueTask CorrectAsync(PullLoop loop, long offset)
    {
        await _gate.WaitAsync(_stopping.Token).ConfigureAwait(false);
        try
        {
            if (!_stopped && _held.TryGetValue(loop.Window.Queue, out var held) && held == loop)
            {
                await MoveAsync(loop, offset, _stopping.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }
}
