using System.Collections.Concurrent;

namespace Rocketeer.Cluster.Tests;

/// <summary>
/// Judges what a group was delivered. Every key has messages numbered from 0, sent one after the other. Nothing may be lost; in an ordered
/// group the first delivery of each number comes after the first delivery of the one before it, and a queue has one handler at a time.
/// Repeated deliveries are allowed, and counted. Thread-safe.
/// </summary>
internal sealed class DeliveryChecker(bool ordered)
{
    private readonly ConcurrentDictionary<string, Progress> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, int> _inQueue = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private int _sent;
    private int _delivered;
    private int _repeated;

    /// <summary>Messages that were acknowledged to the producer.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Different messages that were delivered.</summary>
    public int Delivered => Volatile.Read(ref _delivered);

    /// <summary>Deliveries after the first one of a message.</summary>
    public int Repeated => Volatile.Read(ref _repeated);

    /// <summary>Order that was broken, in words.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Sent messages that never came.</summary>
    public IReadOnlyList<string> Missing => [.. _keys.SelectMany(pair => pair.Value.Missing().Select(number => $"{pair.Key}/{number}"))];

    /// <summary>A message was acknowledged to the producer.</summary>
    public void Acknowledged(string key, int number)
    {
        Interlocked.Increment(ref _sent);
        Of(key).Acknowledged(number);
    }

    /// <summary>A handler was called.</summary>
    public void Begin(int queue, string key, int number)
    {
        if (ordered && _inQueue.AddOrUpdate(queue, 1, (_, running) => running + 1) > 1)
        {
            _faults.Enqueue($"queue {queue} has two handlers at once, at {key}/{number}");
        }

        if (!Of(key).Delivered(number, out var expected))
        {
            Interlocked.Increment(ref _repeated);
            return;
        }

        Interlocked.Increment(ref _delivered);
        if (ordered && number != expected)
        {
            _faults.Enqueue($"{key}/{number} came before {key}/{expected}");
        }
    }

    /// <summary>The handler is about to return.</summary>
    public void End(int queue)
    {
        if (ordered)
        {
            _inQueue.AddOrUpdate(queue, 0, (_, running) => running - 1);
        }
    }

    private Progress Of(string key) => _keys.GetOrAdd(key, _ => new Progress());

    private sealed class Progress
    {
        private readonly HashSet<int> _seen = [];
        private int _next;
        private int _acknowledged;

        public void Acknowledged(int number)
        {
            lock (_seen)
            {
                _acknowledged = number + 1;
            }
        }

        /// <returns>False for a repetition.</returns>
        public bool Delivered(int number, out int expected)
        {
            lock (_seen)
            {
                expected = _next;
                if (!_seen.Add(number))
                {
                    return false;
                }

                while (_seen.Contains(_next))
                {
                    _next++;
                }

                return true;
            }
        }

        public List<int> Missing()
        {
            lock (_seen)
            {
                return [.. Enumerable.Range(0, _acknowledged).Where(number => !_seen.Contains(number))];
            }
        }
    }
}
