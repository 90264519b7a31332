using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Rocketeer.Broker.Statistics;

/// <summary>
/// The last value per key, such as GROUP_GET_FALL_SIZE: what counts is how it is now, not how it came to be. Bounded like
/// <see cref="StatsTable"/>. Thread-safe; setting the value of a known key allocates nothing.
/// </summary>
internal sealed class LastValues
{
    private readonly ConcurrentDictionary<StatsKey, StrongBox<long>> _values = new();
    private int _count;

    /// <summary>All values; a snapshot.</summary>
    public IReadOnlyList<(StatsKey Key, long Value)> All => [.. _values.Select(pair => (pair.Key, Volatile.Read(ref pair.Value.Value)))];

    /// <summary>Sets a value.</summary>
    public void Set(in StatsKey key, long value)
    {
        if (_values.TryGetValue(key, out var box))
        {
            Volatile.Write(ref box.Value, value);
        }
        else if (Volatile.Read(ref _count) < StatsTable.MaxItems && _values.TryAdd(key, new StrongBox<long>(value)))
        {
            Interlocked.Increment(ref _count);
        }
    }

    /// <summary>Forgets the values of a topic or a group that was deleted.</summary>
    /// <param name="topic">Topic, or <see langword="null"/> for any.</param>
    /// <param name="group">Group, or <see langword="null"/> for any.</param>
    public void Forget(string? topic, string? group)
    {
        foreach (var (key, _) in _values)
        {
            if ((topic is null || key.Topic == topic) && (group is null || key.Group == group) && _values.TryRemove(key, out _))
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }
}
