using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Broker.Consumers;

/// <summary>
/// How far each consumer group has come in each queue. Any offset is taken, also a smaller one, as in the original. Committing for a
/// known group and topic allocates nothing. Thread-safe.
/// </summary>
internal sealed class ConsumerOffsets
{
    /// <summary>Pairs of topic and group that are kept at most, so that hostile names cannot fill the memory.</summary>
    public const int MaxEntries = 1_000_000;

    /// <summary>Queues that are kept at most per topic and group.</summary>
    public const int MaxQueues = 65_536;

    private readonly ConcurrentDictionary<TopicGroup, QueueOffsets> _table = new();
    private long _changes;

    /// <summary>Counts changes, so that an unchanged table is not saved again.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>Pairs of topic and group.</summary>
    public int Count => _table.Count;

    /// <summary>The pairs of topic and group that have offsets; walks the live table.</summary>
    public IEnumerable<TopicGroup> Pairs => _table.Select(pair => pair.Key);

    /// <summary>Stores an offset.</summary>
    /// <returns>False when the queue id makes no sense or the table is full.</returns>
    public bool TryCommit(string group, string topic, int queueId, long offset)
    {
        if ((uint)queueId >= MaxQueues)
        {
            return false;
        }

        var key = new TopicGroup(topic, group);
        if (!_table.TryGetValue(key, out var queues))
        {
            if (_table.Count >= MaxEntries)
            {
                return false;
            }

            queues = _table.GetOrAdd(key, static _ => new QueueOffsets());
        }

        queues.Set(queueId, offset);
        Interlocked.Increment(ref _changes);
        return true;
    }

    /// <summary>The stored offset, or -1.</summary>
    public long Find(string group, string topic, int queueId) =>
        _table.TryGetValue(new TopicGroup(topic, group), out var queues) ? queues.Get(queueId) : -1;

    /// <summary>A copy of the offsets of a group in a topic, ordered by queue; empty when there are none.</summary>
    public IReadOnlyDictionary<int, long> Of(string group, string topic) =>
        _table.TryGetValue(new TopicGroup(topic, group), out var queues) ? queues.Snapshot() : Nothing;

    /// <summary>Topics in which a group has offsets.</summary>
    public IReadOnlyList<string> TopicsOf(string group) =>
        [.. _table.Keys.Where(key => key.Group == group).Select(key => key.Topic).Order(StringComparer.Ordinal)];

    /// <summary>Groups that have offsets in a topic.</summary>
    public IReadOnlyList<string> GroupsOf(string topic) =>
        [.. _table.Keys.Where(key => key.Topic == topic).Select(key => key.Group).Order(StringComparer.Ordinal)];

    /// <summary>Gives a group the offsets of another one.</summary>
    public void Clone(string sourceGroup, string destinationGroup, string topic)
    {
        foreach (var (queueId, offset) in Of(sourceGroup, topic))
        {
            TryCommit(destinationGroup, topic, queueId, offset);
        }
    }

    /// <summary>A copy of everything: what request 43 answers and consumerOffset.json holds.</summary>
    public ConsumerOffsetTable ToTable() => new()
    {
        OffsetTable = _table.OrderBy(pair => pair.Key.ToString(), StringComparer.Ordinal)
            .ToDictionary(pair => pair.Key.ToString(), pair => pair.Value.Snapshot(), StringComparer.Ordinal),
    };

    /// <summary>Takes over a table, from the file or of a master, and removes nothing; keys that are not <c>topic@group</c> are skipped.</summary>
    /// <returns>How many keys were skipped.</returns>
    public int Load(IReadOnlyDictionary<string, Dictionary<int, long>> table)
    {
        var skipped = 0;
        var changed = false;
        foreach (var (key, offsets) in table)
        {
            if (!TopicGroup.TryParse(key, out var pair))
            {
                skipped++;
                continue;
            }

            var queues = _table.GetOrAdd(pair, static _ => new QueueOffsets());
            foreach (var (queueId, offset) in offsets)
            {
                changed |= queues.Get(queueId) != offset;
                queues.Set(queueId, offset);
            }
        }

        if (changed)
        {
            Interlocked.Increment(ref _changes);
        }

        return skipped;
    }

    private static IReadOnlyDictionary<int, long> Nothing { get; } = new Dictionary<int, long>();

    /// <summary>Offsets of the queues of one topic, for one group.</summary>
    private sealed class QueueOffsets
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<int, long> _offsets = [];

        public void Set(int queueId, long offset)
        {
            lock (_lock)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_offsets, queueId, out _) = offset;
            }
        }

        public long Get(int queueId)
        {
            lock (_lock)
            {
                return _offsets.TryGetValue(queueId, out var offset) ? offset : -1;
            }
        }

        public Dictionary<int, long> Snapshot()
        {
            lock (_lock)
            {
                return new Dictionary<int, long>(_offsets.OrderBy(pair => pair.Key));
            }
        }
    }
}

/// <summary>A topic and a consumer group: the key of offsets, written <c>topic@group</c>.</summary>
internal readonly record struct TopicGroup(string Topic, string Group)
{
    /// <summary>Reads <c>topic@group</c>.</summary>
    public static bool TryParse(string text, out TopicGroup pair)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        pair = at > 0 && at < text.Length - 1 ? new TopicGroup(text[..at], text[(at + 1)..]) : default;
        return pair.Topic is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Topic}@{Group}";
}
