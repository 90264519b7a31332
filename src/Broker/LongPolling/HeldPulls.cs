using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Storage;

namespace Rocketeer.Broker.LongPolling;

/// <summary>
/// Pulls that wait for messages (reference: broker.md section 6.3). Dispatch tells of each message that became visible; the pulls it wakes
/// are answered by one task away from dispatch, so that a slow answer never holds up the log, and messages that arrive meanwhile leave
/// in the same answer. Time-outs are looked after once a second. Thread-safe.
/// </summary>
internal sealed class HeldPulls : IMessageArrivalListener, IAsyncDisposable
{
    /// <summary>How often time-outs are looked after.</summary>
    public static readonly TimeSpan ScanPeriod = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A pull that waits this long is answered when its queue has moved on, even if no message passed its filter: the consumer's offset
    /// then follows the queue. The original looks at the same pace.
    /// </summary>
    public static readonly TimeSpan FilteredWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Topic, int QueueId), List<HeldPull>> _queues = new();
    private readonly Channel<HeldPull> _awake = Channel.CreateUnbounded<HeldPull>(new UnboundedChannelOptions { SingleReader = true });
    private readonly BrokerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<HeldPulls> _logger;
    private MessageStore? _store;
    private Action<HeldPull>? _resume;
    private ITimer? _scan;
    private Task _waking = Task.CompletedTask;
    private int _count;
    private bool _stopping;

    public HeldPulls(BrokerOptions options, TimeProvider clock, ILogger<HeldPulls> logger)
    {
        _options = options;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Pulls that wait now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Begins to wake pulls.</summary>
    /// <param name="store">Tells how far a queue is.</param>
    /// <param name="resume">Answers a pull.</param>
    public void Start(MessageStore store, Action<HeldPull> resume)
    {
        _store = store;
        _resume = resume;
        _scan = _clock.CreateTimer(_ => Scan(), null, ScanPeriod, ScanPeriod);
        _waking = Task.Run(AnswerAsync);
    }

    /// <summary>Keeps a pull.</summary>
    /// <param name="pull">The pull.</param>
    /// <param name="refusal">Why it is not kept and has to be answered now; <see langword="null"/> when it is kept.</param>
    public bool TryHold(HeldPull pull, [NotNullWhen(false)] out string? refusal)
    {
        if (Interlocked.Increment(ref _count) > _options.PullThreadPoolQueueCapacity)
        {
            Interlocked.Decrement(ref _count);
            refusal = "[OVERLOAD]system busy, too many pulls are waiting, start flow control for a while";
            return false;
        }

        pull.HeldAt = _clock.GetTimestamp();
        var key = (pull.Request.Topic, pull.Request.QueueId);
        while (true)
        {
            var queue = _queues.GetOrAdd(key, static _ => []);
            lock (queue)
            {
                // Read under the lock that the stop takes, too: what it does not find in a list was never put there.
                if (Volatile.Read(ref _stopping))
                {
                    Interlocked.Decrement(ref _count);
                    refusal = "the broker stops; pull from another one";
                    return false;
                }

                // A list that was emptied is taken out of the table under its own lock; a stale one is not used again.
                if (_queues.TryGetValue(key, out var current) && ReferenceEquals(current, queue))
                {
                    queue.Add(pull);
                    break;
                }
            }
        }

        // A message may have become visible between the read that found nothing and this moment.
        if (_store!.MaxOffset(key.Topic, key.QueueId) > pull.Request.QueueOffset)
        {
            Wake(key, static (held, self) => ReferenceEquals(held, self), pull);
        }

        refusal = null;
        return true;
    }

    /// <inheritdoc/>
    public void OnArrival(in MessageArrival arrival)
    {
        // Pairs with TryHold, which counts first and then looks at the queue: either it sees this message there, or we see it here.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _count) == 0 || !_options.LongPollingEnable)
        {
            return;
        }

        Wake(
            (arrival.Topic, arrival.QueueId),
            static (held, news) => news.QueueOffset >= held.Request.QueueOffset
                && (held.Filter is null
                    || (held.Filter.MatchesEntry(news.TagsCode, default) && held.Filter.MatchesProperties(news.Properties))),
            arrival);
    }

    /// <summary>Answers what waits, so that nobody hangs on a broker that is gone; from now on no pull is kept.</summary>
    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _stopping, true);
        if (_scan is not null)
        {
            await _scan.DisposeAsync();
        }

        foreach (var (key, _) in _queues)
        {
            Wake(key, static (_, _) => true, 0);
        }

        _awake.Writer.TryComplete();
        await _waking;
    }

    /// <summary>Wakes pulls whose time is over or whose queue moved on unnoticed, and forgets those of closed connections.</summary>
    internal void Scan()
    {
        foreach (var (key, _) in _queues)
        {
            var end = _store!.MaxOffset(key.Topic, key.QueueId);
            Wake(key, IsDue, end);
        }
    }

    private bool IsDue(HeldPull held, long queueEnd)
    {
        var waited = _clock.GetElapsedTime(held.HeldAt);
        var patience = _options.LongPollingEnable ? held.Request.SuspendTimeoutMillis : _options.ShortPollingTimeMills;
        var movedOn = queueEnd > held.Request.QueueOffset && (held.Filter is null || waited >= FilteredWait || !_options.LongPollingEnable);
        return movedOn || waited.TotalMilliseconds >= patience || !held.Responder.Connection.IsOpen;
    }

    private void Wake<TState>((string Topic, int QueueId) key, Func<HeldPull, TState, bool> isAwake, TState state)
        where TState : allows ref struct
    {
        if (!_queues.TryGetValue(key, out var queue))
        {
            return;
        }

        lock (queue)
        {
            for (var i = queue.Count - 1; i >= 0; i--)
            {
                var held = queue[i];
                if (isAwake(held, state))
                {
                    queue.RemoveAt(i);
                    Interlocked.Decrement(ref _count);
                    _awake.Writer.TryWrite(held);
                }
            }

            if (queue.Count == 0)
            {
                _queues.TryRemove(new KeyValuePair<(string, int), List<HeldPull>>(key, queue));
            }
        }
    }

    private async Task AnswerAsync()
    {
        await foreach (var pull in _awake.Reader.ReadAllAsync())
        {
            if (!pull.Responder.Connection.IsOpen)
            {
                continue;
            }

            try
            {
                _resume!(pull);
            }
#pragma warning disable CA1031 // one pull that cannot be answered must not stop the others; its consumer runs into its time-out
            catch (Exception e)
#pragma warning restore CA1031
            {
                _logger.HeldPullFailed(e, pull.Request.ConsumerGroup, pull.Request.Topic, pull.Request.QueueId);
            }
        }
    }
}
