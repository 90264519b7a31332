using Microsoft.Extensions.Logging;
using Rocketeer.Client.Diagnostics;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// Keeps the window of one queue filled: one pull at a time, long polls where nothing waits, until it is stopped. No thread is held.
/// </summary>
internal sealed class PullLoop : IAsyncDisposable
{
    /// <summary>How long a broker may hold a pull that finds nothing.</summary>
    private static readonly TimeSpan Suspend = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PullTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WhilePaused = TimeSpan.FromSeconds(1);

    /// <summary>A pull that has not come back for so long is given up with its queue.</summary>
    private static readonly TimeSpan LongestPull = TimeSpan.FromSeconds(120);

    private readonly ConsumerContext _consumer;
    private readonly IConsumption _consumption;
    private readonly Action<PullLoop, long> _offsetIllegal;
    private readonly CancellationTokenSource _stop = new();   // has no timer, so nothing is lost when it is not disposed
    private readonly ILogger _logger;
    private Task _running = Task.CompletedTask;
    private long _nextOffset;
    private long _brokerId;
    private long _pullingSince;   // time stamp of the clock while a pull is out, else 0

    /// <summary>Creates the loop; nothing is pulled yet.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="consumption">Where messages go.</param>
    /// <param name="window">Window to fill.</param>
    /// <param name="offset">First offset to pull.</param>
    /// <param name="offsetIllegal">Told once, with the offset to go on from, when the queue does not reach to where it should be read; the loop has ended then.</param>
    public PullLoop(
        ConsumerContext consumer, IConsumption consumption, ProcessQueue window, long offset, Action<PullLoop, long> offsetIllegal)
    {
        _consumer = consumer;
        _consumption = consumption;
        _nextOffset = offset;
        _offsetIllegal = offsetIllegal;
        _logger = consumer.Logger;
        Window = window;
    }

    /// <summary>The window it fills.</summary>
    public ProcessQueue Window { get; }

    /// <summary>True once the queue is being given up, which may take several rebalances where a handler is to be waited for.</summary>
    public bool IsReleasing { get; set; }

    /// <summary>True once somebody waits for the last handler of a queue that is given up.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>True when a pull hangs, or the loop ended though nobody stopped it: the queue must be taken anew.</summary>
    public bool IsStuck
    {
        get
        {
            if (Window.IsDropped)
            {
                return false;
            }

            var since = Volatile.Read(ref _pullingSince);
            return _running.IsCompleted || (since != 0 && _consumer.Clock.GetElapsedTime(since) > LongestPull);
        }
    }

    /// <summary>Begins to pull.</summary>
    public void Start()
    {
        Window.UnansweredSince = _consumer.Clock.GetTimestamp();
        _running = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>Ends the loop; what is in the window may still be consumed. Idempotent.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Drops the window and ends the loop. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        Window.Drop();
        await StopAsync().ConfigureAwait(false);
    }

    private async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && !Window.IsDropped)
        {
            TimeSpan pause;
            try
            {
                pause = await PullOnceAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was, the queue must not stand still; the pause keeps a lasting fault from spinning.
                _logger.PullFailed(e, Window.Queue, _nextOffset);
                pause = AfterFailure;
            }

            Volatile.Write(ref _pullingSince, 0);
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _consumer.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Waits until there is something to pull for, pulls, and hands over what came.</summary>
    /// <returns>How long to wait before the next pull.</returns>
    private async ValueTask<TimeSpan> PullOnceAsync(CancellationToken stop)
    {
        var queue = Window.Queue;
        if (_consumer.IsPausedFor(queue))
        {
            Window.UnansweredSince = _consumer.Clock.GetTimestamp();
            return WhilePaused;
        }

        if (!_consumption.MayPull(queue))
        {
            return AfterFailure;
        }

        if (Window.WhenRoomAsync() is { IsCompleted: false } full)
        {
            await full.WaitAsync(stop).ConfigureAwait(false);
            Window.UnansweredSince = _consumer.Clock.GetTimestamp();
        }

        if (_consumer.FindSubscription(queue.Topic) is not { } subscription)
        {
            return AfterFailure;
        }

        Window.LastPullMs = _consumer.NowMs;
        var started = _consumer.Clock.GetTimestamp();
        Volatile.Write(ref _pullingSince, started);
        var answer = await _consumer.Backend.PullAsync(CallFor(subscription), stop).ConfigureAwait(false);
        Volatile.Write(ref _pullingSince, 0);
        Window.UnansweredSince = _consumer.Clock.GetTimestamp();
        _brokerId = answer.SuggestedBrokerId;
        if (Window.IsDropped)
        {
            return TimeSpan.Zero;
        }

        if (_consumer.IsPausedFor(queue))
        {
            return WhilePaused;   // what came after the pause is pulled again after it
        }

        Window.KnownEnd = answer.MaxOffset;
        switch (answer.Status)
        {
            case PullStatus.Found:
                var elapsed = _consumer.Clock.GetElapsedTime(started);
                _consumer.Statistics.Pulled(queue.Topic, answer.Messages.Length, elapsed);
                ConsumerInstruments.Pulled(queue, _consumer.Group, answer.Messages, _consumer.Clock.GetUtcNow(), elapsed);
                TakeIn(answer, subscription.Filter);
                return _consumer.Options.PullInterval;
            case PullStatus.OffsetIllegal:
                _logger.OffsetIllegal(queue, _nextOffset, answer.NextOffset);
                Window.Drop();
                _offsetIllegal(this, answer.NextOffset);
                return TimeSpan.Zero;
            default:
                _nextOffset = answer.NextOffset;
                Window.SkipTo(_nextOffset, _consumer.Offsets);
                return TimeSpan.Zero;
        }
    }

    private PullCall CallFor(Subscription subscription) => new()
    {
        Group = _consumer.Group,
        Queue = Window.Queue,
        Offset = _nextOffset,
        MaxMessages = _consumer.Options.PullBatchSize,
        Filter = subscription.Filter,
        SubscriptionVersion = subscription.Version,
        InlineFilter = _consumer.Options.PostSubscriptionWhenPull,
        BrokerId = _brokerId,
        CommitOffset = _consumer.IsClustering && _consumer.Offsets.Read(Window.Queue) is > 0 and var consumed ? consumed : null,
        Suspend = Suspend,
        Timeout = PullTimeout,
    };

    private void TakeIn(PullAnswer answer, FilterExpression filter)
    {
        var messages = answer.Messages;
        var kept = 0;
        foreach (var message in messages)
        {
            if (filter.Accepts(message))
            {
                messages[kept++] = message;
            }
        }

        var accepted = new ArraySegment<MessageExt>(messages, 0, kept);
        _nextOffset = answer.NextOffset;
        var taken = Window.Put(accepted, _nextOffset);
        if (taken > 0)
        {
            _consumption.Submit(Window, accepted[(kept - taken)..]);
        }
        else
        {
            Window.SkipTo(_nextOffset, _consumer.Offsets);
        }
    }
}
