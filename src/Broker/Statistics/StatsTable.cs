using System.Collections.Concurrent;
using System.Globalization;

namespace Rocketeer.Broker.Statistics;

/// <summary>
/// Whose counter it is: a topic (or the cluster), a topic and a group, or a queue of those. A value, so that counting a known item
/// allocates nothing.
/// </summary>
/// <param name="Topic">Topic, or the name of the cluster.</param>
/// <param name="Group">Consumer group, or <see langword="null"/>.</param>
/// <param name="QueueId">Queue, or -1.</param>
internal readonly record struct StatsKey(string Topic, string? Group = null, int QueueId = -1)
{
    /// <summary>The original's text form: <c>topic</c>, <c>topic@group</c> or <c>queueId@topic@group</c>.</summary>
    public override string ToString() => (Group, QueueId) switch
    {
        (null, _) => Topic,
        (_, < 0) => $"{Topic}@{Group}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{QueueId}@{Topic}@{Group}"),
    };

    /// <summary>Reads the text form.</summary>
    public static StatsKey Parse(string text)
    {
        var parts = text.Split('@');
        return parts.Length switch
        {
            2 => new StatsKey(parts[0], parts[1]),
            3 when int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var queueId) =>
                new StatsKey(parts[1], parts[2], queueId),
            _ => new StatsKey(text),
        };
    }
}

/// <summary>All items of one name, such as TOPIC_PUT_NUMS. Thread-safe.</summary>
internal sealed class StatsTable
{
    private readonly ConcurrentDictionary<StatsKey, StatsItem> _items = new();

    /// <summary>Counts one event; the item comes to be with its first event.</summary>
    public void Add(in StatsKey key, long value, long times = 1)
    {
        if (!_items.TryGetValue(key, out var item))
        {
            item = _items.GetOrAdd(key, static _ => new StatsItem());
        }

        item.Add(value, times);
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
                _items.TryRemove(key, out _);
            }
        }
    }

    /// <summary>Takes the samples that are due.</summary>
    internal void Sample(long nowMilliseconds, SamplePeriods periods)
    {
        foreach (var (_, item) in _items)
        {
            item.Sample(nowMilliseconds, periods);
        }
    }
}
