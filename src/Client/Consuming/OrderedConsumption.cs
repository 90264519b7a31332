using Rocketeer.Client.Diagnostics;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// Calls the handler for each queue's messages one after the other, up to <see cref="PushConsumerOptions.ConsumeThreads"/> queues at once. In
/// clustering a queue is pulled and handled only while the broker has it locked for us (reference: namesrv-and-client.md section E8).
/// </summary>
internal sealed class OrderedConsumption : IConsumption
{
    /// <summary>How long a worker stays with one queue while others wait.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly ConsumerContext _consumer;
    private readonly OrderedBatchMessageHandler _handler;
    private readonly int _batchSize;
    private readonly QueueLocks _locks;
    private readonly RetryDelivery _retries;
    private readonly HandlerPool<ProcessQueue> _pool;

    public OrderedConsumption(ConsumerContext consumer, OrderedBatchMessageHandler handler, int batchSize)
    {
        _consumer = consumer;
        _handler = handler;
        _batchSize = batchSize;
        _locks = new QueueLocks(consumer);
        _retries = new RetryDelivery(consumer);
        _pool = new HandlerPool<ProcessQueue>(consumer, WorkOffAsync);
    }

    public bool IsOrdered => true;

    public void Start() => _pool.Start();

    public ValueTask<IReadOnlyCollection<MessageQueue>> AcquireAsync(
        IReadOnlyCollection<MessageQueue> queues, CancellationToken cancellationToken) => _locks.AcquireAsync(queues, cancellationToken);

    public ValueTask<IReadOnlyCollection<MessageQueue>> RenewAsync(
        IReadOnlyCollection<MessageQueue> queues, CancellationToken cancellationToken) => _locks.RenewAsync(queues, cancellationToken);

    public ValueTask ReleaseAsync(IReadOnlyCollection<MessageQueue> queues, CancellationToken cancellationToken) =>
        _locks.ReleaseAsync(queues, cancellationToken);

    public ValueTask ReleaseAllAsync() => _locks.ReleaseAllAsync();

    public bool MayPull(MessageQueue queue) => _locks.IsHeld(queue);

    public long? LastLockMs(MessageQueue queue) => _locks.LastLockMs(queue);

    public Task QuiesceAsync(ProcessQueue window) => window.RetireAsync();

    public void Submit(ProcessQueue window, ArraySegment<MessageExt> messages)
    {
        if (window.TrySchedule())
        {
            _pool.Post(window);
        }
    }

    /// <summary>A message in work too long cannot be given back, because others would overtake it; its handler's token fires.</summary>
    public ValueTask ReapOverdueAsync(IReadOnlyCollection<ProcessQueue> windows, CancellationToken cancellationToken)
    {
        _pool.CancelOlderThan(_consumer.OverdueBefore);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<DirectConsumption?> ConsumeDirectlyAsync(MessageExt message, CancellationToken cancellationToken)
    {
        var started = _consumer.Clock.GetTimestamp();
        try
        {
            var result = await _handler([message], cancellationToken).ConfigureAwait(false);
            var told = result.Outcome switch
            {
                OrderedOutcome.Success or OrderedOutcome.SuccessWithoutCommit => Protocol.Bodies.ConsumeResult.Success,
                OrderedOutcome.Rollback => Protocol.Bodies.ConsumeResult.Rollback,
                _ => Protocol.Bodies.ConsumeResult.Later,
            };
            var autoCommit = result.Outcome != OrderedOutcome.SuccessWithoutCommit;
            return new DirectConsumption(told, autoCommit, null, _consumer.Clock.GetElapsedTime(started));
        }
#pragma warning disable CA1031 // the asker is told whatever the handler threw
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return DirectConsumption.Thrown(failure, _consumer.Clock.GetElapsedTime(started));
        }
    }

    public Task StopAsync(TimeSpan grace) => _pool.StopAsync(grace);

    private async ValueTask WorkOffAsync(ProcessQueue window, ConsumeSlot slot)
    {
        var began = _consumer.Clock.GetTimestamp();
        var buffer = slot.BufferOf(_batchSize);
        while (true)
        {
            // Without the lock nothing is done; whoever renews it finds the queue stale and has it taken anew.
            if (_pool.Stopping.IsCancellationRequested || !_locks.IsHeld(window.Queue))
            {
                window.Unschedule();
                return;
            }

            var count = window.TakeHead(buffer, _consumer.NowMs);
            if (count == 0)
            {
                return;
            }

            if (await HandleAsync(window, new ArraySegment<MessageExt>(buffer, 0, count), slot).ConfigureAwait(false) is { } pause)
            {
                _ = ResumeAsync(window, pause);
                return;
            }

            if (_pool.HasWaiting && _consumer.Clock.GetElapsedTime(began) > Slice)
            {
                _pool.Post(window);
                return;
            }
        }
    }

    /// <returns>How long the queue is suspended; null to go on.</returns>
    private async ValueTask<TimeSpan?> HandleAsync(ProcessQueue window, ArraySegment<MessageExt> messages, ConsumeSlot slot)
    {
        var started = _consumer.Clock.GetTimestamp();
        var result = OrderedResult.Suspend;
        string? error = null;
        var traced = _consumer.Tracer?.Begin(messages);
        var activity = ConsumerInstruments.StartProcess(window.Queue, _consumer.Group, messages);
        try
        {
            result = await _handler(messages, slot.Begin(messages, started)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // whatever a handler throws means: the same again later
        catch (Exception failure)
#pragma warning restore CA1031
        {
            error = failure.GetType().Name;
            _consumer.Logger.OrderedHandlerFailed(failure, _consumer.Group, messages.Count, messages[0].MessageId, window.Queue);
        }
        finally
        {
            slot.End();
        }

        var done = result.Outcome is OrderedOutcome.Success or OrderedOutcome.SuccessWithoutCommit ? messages.Count : 0;
        var elapsed = _consumer.Clock.GetElapsedTime(started);
        if (traced is not null)
        {
            _consumer.Tracer!.End(traced, messages, done, elapsed, _consumer.Options.ConsumeTimeout, error is not null);
        }

        error ??= done == 0 ? "suspended" : null;
        _consumer.Statistics.Consumed(window.Queue.Topic, done, messages.Count - done, elapsed);
        ConsumerInstruments.Processed(activity, window.Queue, _consumer.Group, messages.Count, elapsed, error);
        try
        {
            return await ConcludeAsync(window, messages, result).ConfigureAwait(false);
        }
        finally
        {
            window.EndTurn();
        }
    }

    private async ValueTask<TimeSpan?> ConcludeAsync(ProcessQueue window, ArraySegment<MessageExt> messages, OrderedResult result)
    {
        if (!_locks.IsHeld(window.Queue))
        {
            // Somebody else may have the queue and be further by now: what happened here counts for nothing.
            window.PutBack(messages.Count);
            return null;
        }

        switch (result.Outcome)
        {
            case OrderedOutcome.Success:
                window.Commit(_consumer.Offsets);
                return null;
            case OrderedOutcome.SuccessWithoutCommit:
                return null;
            case OrderedOutcome.Rollback:
                window.PutBack(int.MaxValue);
                return PauseOf(result);
            default:
                return await SuspendAsync(window, messages).ConfigureAwait(false) ? PauseOf(result) : null;
        }
    }

    /// <summary>Puts messages back, except those at the head that were tried often enough and became dead letters.</summary>
    /// <returns>False when nothing is left to wait for.</returns>
    private async ValueTask<bool> SuspendAsync(ProcessQueue window, ArraySegment<MessageExt> messages)
    {
        var dead = 0;
        var most = _consumer.Options.MaxReconsumeTimes ?? int.MaxValue;
        while (dead < messages.Count
            && messages[dead].ReconsumeTimes >= most
            && await _retries.TryBuryAsync(messages[dead], most).ConfigureAwait(false))
        {
            dead++;
        }

        window.PutBack(messages.Count - dead);
        if (window.Taken == dead)
        {
            window.Commit(_consumer.Offsets);   // unless the handler keeps earlier ones uncommitted
        }

        foreach (var message in messages[dead..])
        {
            message.ReconsumeTimes++;
        }

        return dead < messages.Count;
    }

    private TimeSpan PauseOf(OrderedResult result)
    {
        var pause = result.Pause ?? _consumer.Options.SuspendTime;
        return pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;
    }

    /// <summary>Never throws: the wait ends early when the consumer stops, and the pool refuses then.</summary>
    private async Task ResumeAsync(ProcessQueue window, TimeSpan pause)
    {
        await Task.Delay(pause, _consumer.Clock, _pool.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _pool.Post(window);
    }
}
