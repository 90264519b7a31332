using System.Threading.Channels;

namespace Rocketeer.Operator.Runtime.Queueing;

/// <summary>
/// Keys to be worked on: each at most once in the queue and at most once in work, now or at a time. A key that is added while it is in work
/// is worked on again afterwards. Thread-safe.
/// </summary>
/// <param name="clock">For delays.</param>
internal sealed class WorkQueue(TimeProvider clock) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ResourceKey, Entry> _entries = [];
    private readonly Channel<ResourceKey> _ready = Channel.CreateUnbounded<ResourceKey>();
    private bool _isClosed;

    /// <summary>Keys that wait to be worked on now.</summary>
    public int Depth => _ready.Reader.Count;

    /// <summary>Keys that are waited for, in work or due later.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Adds a key for now.</summary>
    public void Add(ResourceKey key) => Add(key, TimeSpan.Zero);

    /// <summary>Adds a key for later; an earlier time that is set already stays.</summary>
    public void Add(ResourceKey key, TimeSpan delay)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            if (!_entries.TryGetValue(key, out var entry))
            {
                _entries[key] = entry = new Entry();
            }

            if (delay <= TimeSpan.Zero)
            {
                Due(key, entry);
            }
            else if (!entry.IsReady && !entry.IsAgain)
            {
                Delay(key, entry, clock.GetUtcNow() + delay);
            }
        }
    }

    /// <summary>The next key; it is in work until <see cref="Done"/>.</summary>
    /// <exception cref="ChannelClosedException">The queue is closed.</exception>
    public async ValueTask<ResourceKey> TakeAsync(CancellationToken cancellationToken)
    {
        var key = await _ready.Reader.ReadAsync(cancellationToken);
        lock (_lock)
        {
            var entry = _entries[key];
            entry.IsReady = false;
            entry.InWork = true;
            return key;
        }
    }

    /// <summary>The work on a key is done.</summary>
    public void Done(ResourceKey key)
    {
        lock (_lock)
        {
            var entry = _entries[key];
            entry.InWork = false;
            if (entry.IsAgain)
            {
                entry.IsAgain = false;
                Due(key, entry);
            }
            else if (entry.Timer is null && !entry.IsReady)
            {
                _entries.Remove(key);
            }
        }
    }

    /// <summary>Forgets a key that is due later, as when its object is gone.</summary>
    public void Forget(ResourceKey key)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                entry.Stop();
                if (!entry.InWork && !entry.IsReady)
                {
                    _entries.Remove(key);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            foreach (var entry in _entries.Values)
            {
                entry.Stop();
            }

            _ready.Writer.TryComplete();
        }
    }

    private void Due(ResourceKey key, Entry entry)
    {
        entry.Stop();
        if (entry.InWork)
        {
            entry.IsAgain = true;
        }
        else if (!entry.IsReady)
        {
            entry.IsReady = true;
            _ready.Writer.TryWrite(key);
        }
    }

    private void Delay(ResourceKey key, Entry entry, DateTimeOffset at)
    {
        if (entry.Timer is not null && entry.At <= at)
        {
            return;
        }

        entry.Stop();
        entry.At = at;
        var delay = at - clock.GetUtcNow();
        entry.Timer = clock.CreateTimer(_ => OnTimer(key, entry), null, delay > TimeSpan.Zero ? delay : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer(ResourceKey key, Entry entry)
    {
        lock (_lock)
        {
            // A timer that was replaced, or whose key went, has nothing to say.
            if (!_isClosed && entry.Timer is not null && _entries.GetValueOrDefault(key) == entry && entry.At <= clock.GetUtcNow())
            {
                Due(key, entry);
            }
        }
    }

    private sealed class Entry
    {
        public bool IsReady { get; set; }

        public bool InWork { get; set; }

        public bool IsAgain { get; set; }

        public DateTimeOffset At { get; set; }

        public ITimer? Timer { get; set; }

        public void Stop()
        {
            Timer?.Dispose();
            Timer = null;
        }
    }
}
