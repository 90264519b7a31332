using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Consumers;

/// <summary>
/// Which client of a group may consume a queue in order (requests 41 and 42). A lock that is not renewed for
/// <see cref="Lifetime"/> is free again. Memory only. Thread-safe.
/// </summary>
internal sealed class QueueLocks(TimeProvider clock)
{
    /// <summary>How long a lock lives without renewal.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>Locks that are kept at most, so that hostile clients cannot fill the memory.</summary>
    public const int MaxLocks = 1_000_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Group, MessageQueue Queue), Holder> _holders = [];

    /// <summary>Locks that are held or expired but not yet forgotten.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _holders.Count;
            }
        }
    }

    /// <summary>Takes or renews the locks of a client.</summary>
    /// <returns>The queues that the client holds now.</returns>
    public IReadOnlyList<MessageQueue> Acquire(string group, string clientId, IEnumerable<MessageQueue> queues)
    {
        var held = new List<MessageQueue>();
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            foreach (var queue in queues)
            {
                var key = (group, queue);
                var mayTake = _holders.TryGetValue(key, out var holder)
                    ? holder.ClientId == clientId || IsExpired(holder, now)
                    : _holders.Count < MaxLocks;
                if (mayTake)
                {
                    _holders[key] = new Holder(clientId, now);
                    held.Add(queue);
                }
            }
        }

        return held;
    }

    /// <summary>Gives up locks; those of other clients stay.</summary>
    public void Release(string group, string clientId, IEnumerable<MessageQueue> queues)
    {
        lock (_lock)
        {
            foreach (var queue in queues)
            {
                if (_holders.TryGetValue((group, queue), out var holder) && holder.ClientId == clientId)
                {
                    _holders.Remove((group, queue));
                }
            }
        }
    }

    /// <summary>Forgets locks that expired, so that groups which are gone cost nothing.</summary>
    public void RemoveExpired()
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            foreach (var (key, holder) in _holders)
            {
                if (IsExpired(holder, now))
                {
                    _holders.Remove(key);
                }
            }
        }
    }

    private bool IsExpired(Holder holder, long now) => clock.GetElapsedTime(holder.RenewedAt, now) > Lifetime;

    private readonly record struct Holder(string ClientId, long RenewedAt);
}
