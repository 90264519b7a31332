using Rocketeer.Client.Diagnostics;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// Calls the handler for whatever comes, up to <see cref="PushConsumerOptions.ConsumeThreads"/> calls at once, in no order. What waits
/// is bounded by the windows of the queues.
/// </summary>
internal sealed class ConcurrentConsumption : IConsumption
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
    private readonly HandlerPool<Work> _pool;

    public ConcurrentConsumption(ConsumerContext consumer, BatchMessageHandler handler, int batchSize)
    {
        _consumer = consumer;
        _handler = handler;
        _batchSize = batchSize;
        _retries = new RetryDelivery(consumer);
        _pool = new HandlerPool<Work>(consumer, HandleAsync);
    }

    public void Start() => _pool.Start();

    public void Submit(ProcessQueue window, ArraySegment<MessageExt> messages)
    {
        for (var at = 0; at < messages.Count; at += _batchSize)
        {
            _pool.Post(new Work(window, messages.Slice(at, Math.Min(_batchSize, messages.Count - at))));
        }
    }

    public async ValueTask ReapOverdueAsync(IReadOnlyCollection<ProcessQueue> windows, CancellationToken cancellationToken)
    {
        var before = _consumer.OverdueBefore;
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

        _pool.CancelOlderThan(before);
    }

    public async ValueTask<DirectConsumption?> ConsumeDirectlyAsync(MessageExt message, CancellationToken cancellationToken)
    {
        var started = _consumer.Clock.GetTimestamp();
        try
        {
            var result = await _handler([message], cancellationToken).ConfigureAwait(false);
            return new DirectConsumption(
                result.Done > 0 ? Protocol.Bodies.ConsumeResult.Success : Protocol.Bodies.ConsumeResult.Later,
                true,
                null,
                _consumer.Clock.GetElapsedTime(started));
        }
#pragma warning disable CA1031 // the asker is told whatever the handler threw
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return DirectConsumption.Thrown(failure, _consumer.Clock.GetElapsedTime(started));
        }
    }

    public Task StopAsync(TimeSpan grace) => _pool.StopAsync(grace);

    private async ValueTask HandleAsync(Work work, ConsumeSlot slot)
    {
        var started = _consumer.Clock.GetTimestamp();
        if (!work.Window.TryStart(work.Messages, started, _consumer.NowMs))
        {
            return;
        }

        var done = 0;
        string? error = null;
        var traced = _consumer.Tracer?.Begin(work.Messages);
        var queue = work.Window.Queue;
        var activity = ConsumerInstruments.StartProcess(queue, _consumer.Group, work.Messages);
        try
        {
            var result = await _handler(work.Messages, slot.Begin(work.Messages, started)).ConfigureAwait(false);
            done = Math.Clamp(result.Done, 0, work.Messages.Count);
        }
#pragma warning disable CA1031 // whatever a handler throws means: deliver again later
        catch (Exception failure)
#pragma warning restore CA1031
        {
            error = failure.GetType().Name;
            _consumer.Logger.HandlerFailed(failure, _consumer.Group, work.Messages.Count, work.Messages[0].MessageId);
        }
        finally
        {
            slot.End();
        }

        var elapsed = _consumer.Clock.GetElapsedTime(started);
        if (traced is not null)
        {
            _consumer.Tracer!.End(traced, work.Messages, done, elapsed, _consumer.Options.ConsumeTimeout, error is not null);
        }

        error ??= done < work.Messages.Count ? "retry_later" : null;
        _consumer.Statistics.Consumed(queue.Topic, done, work.Messages.Count - done, elapsed);
        ConsumerInstruments.Processed(activity, queue, _consumer.Group, work.Messages.Count, elapsed, error);
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
        await Task.Delay(Resubmit, _consumer.Clock, _pool.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Submit(window, new ArraySegment<MessageExt>([message]));
    }

    private readonly record struct Work(ProcessQueue Window, ArraySegment<MessageExt> Messages);
}
