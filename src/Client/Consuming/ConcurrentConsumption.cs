using System.Threading.Channels;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// Calls the handler for whatever comes, up to <see cref="PushConsumerOptions.ConsumeThreads"/> calls at once, in no order. What waits
/// is bounded by the windows of the queues.
/// </summary>
#pragma warning disable CA1001 // the token source has no timer and no wait handle; late handlers may still look at it
internal sealed class ConcurrentConsumption : IConsumption
#pragma warning restore CA1001
{
    /// <summary>Pause before a message is handled again that could not be given back.</summary>
    private static readonly TimeSpan Resubmit = TimeSpan.FromSeconds(5);

    /// <summary>Delay of messages that were in work too long: 10 s.</summary>
    private const int OverdueDelayLevel = 3;
    private const int OverduePerQueueAndTurn = 16;

    private readonly ConsumerContext _consumer;
    private readonly BatchMessageHandler _handler;
    private readonly RetryDelivery _retries;
    private readonly int _batchSize;
    private readonly Channel<Work> _waiting = Channel.CreateUnbounded<Work>();
    private readonly ConsumeSlot[] _slots;
    private readonly CancellationTokenSource _stopping = new();
    private Task[] _workers = [];

    public ConcurrentConsumption(ConsumerContext consumer, BatchMessageHandler handler, int batchSize)
    {
        _consumer = consumer;
        _handler = handler;
        _batchSize = batchSize;
        _retries = new RetryDelivery(consumer);
        _slots = new ConsumeSlot[consumer.Options.ConsumeThreads];
        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i] = new ConsumeSlot();
        }
    }

    public bool IsOrdered => false;

    public void Start() => _workers = [.. _slots.Select(slot => Task.Run(() => WorkAsync(slot)))];

    public ValueTask<bool> TryAcquireAsync(MessageQueue queue, CancellationToken cancellationToken) => new(true);

    public ValueTask<bool> TryReleaseAsync(ProcessQueue window, CancellationToken cancellationToken) => new(true);

    public void Submit(ProcessQueue window, ArraySegment<MessageExt> messages)
    {
        for (var at = 0; at < messages.Count; at += _batchSize)
        {
            _waiting.Writer.TryWrite(new Work(window, messages.Slice(at, Math.Min(_batchSize, messages.Count - at))));
        }
    }

    public async ValueTask ReapOverdueAsync(IReadOnlyCollection<ProcessQueue> windows, CancellationToken cancellationToken)
    {
        var before = _consumer.NowMs - (long)_consumer.Options.ConsumeTimeout.TotalMilliseconds;
        foreach (var window in windows)
        {
            for (var i = 0; i < OverduePerQueueAndTurn; i++)
            {
                if (window.IsDropped || window.OverdueHead(before) is not { } message)
                {
                    break;
                }

                _consumer.Logger.ConsumeTimedOut(message.MessageId, _consumer.Group, _consumer.Options.ConsumeTimeout);
                if (_consumer.IsClustering
                    && !await _retries.TryGiveBackAsync(window.Queue, message, OverdueDelayLevel, cancellationToken).ConfigureAwait(false))
                {
                    break;
                }

                window.Finish([message], _consumer.Offsets);
            }
        }

        foreach (var slot in _slots)
        {
            slot.CancelIfOlderThan(before);
        }
    }

    public async ValueTask<DirectConsumption> ConsumeDirectlyAsync(MessageExt message, CancellationToken cancellationToken)
    {
        var started = _consumer.Clock.GetTimestamp();
        try
        {
            var result = await _handler([message], cancellationToken).ConfigureAwait(false);
            return new DirectConsumption(result.Done > 0, null, _consumer.Clock.GetElapsedTime(started));
        }
#pragma warning disable CA1031 // the asker is told whatever the handler threw
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return new DirectConsumption(false, failure, _consumer.Clock.GetElapsedTime(started));
        }
    }

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

        await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(1), _consumer.Clock)).ConfigureAwait(false);
    }

    private async Task WorkAsync(ConsumeSlot slot)
    {
        await foreach (var work in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (!_stopping.IsCancellationRequested && work.Window.TryStart(work.Messages, _consumer.NowMs))
            {
                await HandleAsync(work, slot).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask HandleAsync(Work work, ConsumeSlot slot)
    {
        var started = _consumer.Clock.GetTimestamp();
        var done = 0;
        try
        {
            var result = await _handler(work.Messages, slot.Begin(work.Messages, _consumer.NowMs)).ConfigureAwait(false);
            done = Math.Clamp(result.Done, 0, work.Messages.Count);
        }
#pragma warning disable CA1031 // whatever a handler throws means: deliver again later
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _consumer.Logger.HandlerFailed(failure, _consumer.Group, work.Messages.Count, work.Messages[0].MessageId);
        }
        finally
        {
            slot.End();
        }

        _consumer.Statistics.Consumed(work.Window.Queue.Topic, done, work.Messages.Count - done, _consumer.Clock.GetElapsedTime(started));
        work.Window.Finish(work.Messages[..done], _consumer.Offsets);
        if (done < work.Messages.Count)
        {
            await RetryLaterAsync(work with { Messages = work.Messages[done..] }).ConfigureAwait(false);
        }
    }

    private async ValueTask RetryLaterAsync(Work failed)
    {
        foreach (var message in failed.Messages)
        {
            if (!failed.Window.Contains(message))
            {
                continue;   // dropped, or given back already because it took too long
            }

            if (!_consumer.IsClustering)
            {
                _consumer.Logger.BroadcastMessageLost(_consumer.Group, message.MessageId);
                failed.Window.Finish([message], _consumer.Offsets);
            }
            else if (await _retries.TryGiveBackAsync(failed.Window.Queue, message, 0, CancellationToken.None).ConfigureAwait(false))
            {
                failed.Window.Finish([message], _consumer.Offsets);
            }
            else
            {
                message.ReconsumeTimes++;
                failed.Window.Unstart(message);
                _ = SubmitAgainAsync(failed.Window, message);
            }
        }
    }

    /// <summary>Never throws: the wait ends early when the consumer stops, and a completed channel refuses.</summary>
    private async Task SubmitAgainAsync(ProcessQueue window, MessageExt message)
    {
        await Task.Delay(Resubmit, _consumer.Clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Submit(window, new ArraySegment<MessageExt>([message]));
    }

    private readonly record struct Work(ProcessQueue Window, ArraySegment<MessageExt> Messages);
}
