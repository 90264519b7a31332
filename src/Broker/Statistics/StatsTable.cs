using System.Collections.Concurrent;

namespace Rocketeer.Broker.Statistics;

/// <summary>
/// All items of one name, such as TOPIC_PUT_NUMS. Bounded: an item that counted nothing for a day goes, and beyond
/// <see cref="MaxItems"/> new ones are not made. Thread-safe.
/// </summary>
internal sealed class StatsTable
{
    /// <summary>Most items of a table; an item takes about a kilobyte when its windows are full.</summary>
    public const int MaxItems = 200_000;

    private readonly ConcurrentDictionary<StatsKey, StatsItem> _items = new();
    private int _count;

    /// <summary>Items now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts one event; the item comes to be with its first event.</summary>
    public void Add(in StatsKey key, long value, long times = 1)
    {
        if (_items.TryGetValue(key, out var item) || (item = Create(key)) is not null)
        {
            item.Add(value, times);
        }
    }

    /// <summary>The item, or <see langword="null"/> when nothing was counted for this key.</summary>
    public StatsItem? Find(in StatsKey key) => _items.GetValueOrDefault(key);

    /// <summary>Forgets the items of a topic or a group that was deleted.</summary>
    /// <param name="topic">Topic, or <see langword="null"/> for any.</param>
    /// <param name="group">Group, or <see langword="null"/> for any.</param>
    public void Forget(string? topic, string? group)
    {
        foreach (var (key, _) in _items)
        {
            if ((topic is null || key.Topic == topic) && (group is null || key.Group == group))
            {
                Remove(key);
            }
        }
    }

    /// <summary>Takes the samples that are due, and forgets items that counted nothing for a day.</summary>
    internal void Sample(long nowMilliseconds, SamplePeriods periods)
    {
        foreach (var (key, item) in _items)
        {
            item.Sample(nowMilliseconds, periods);
            if ((periods & SamplePeriods.Hour) != 0 && item.IsIdle)
            {
                Remove(key);
            }
        }
    }

    private StatsItem? Create(in StatsKey key)
    {
        if (Interlocked.Increment(ref _count) > MaxItems)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        var created = new StatsItem();
        var item = _items.GetOrAdd(key, created);
        if (!ReferenceEquals(item, created))
        {
            Interlocked.Decrement(ref _count);
        }

        return item;
    }

    private void Remove(in StatsKey key)
    {
        if (_items.TryRemove(key, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
