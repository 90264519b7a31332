using System.Runtime.InteropServices;
using Rocketeer.Broker.Consumers;
using Rocketeer.Broker.Statistics;

namespace Rocketeer.Broker.Metrics;

/// <summary>
/// Collects the figures of topics and groups for a scrape. Many instruments show one collection: it is made once and shown for a second.
/// Costs a walk over all queues, no I/O but a look at one message per group that lags. Thread-safe.
/// </summary>
internal sealed class FigureCollector(BrokerContext broker)
{
    /// <summary>Name of the series that those share which have none of their own; no topic or group can be called so.</summary>
    public const string Other = "~other";

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly SeriesLimit<string> _topicLimit = new();
    private readonly SeriesLimit<TopicGroup> _groupLimit = new();
    private Figures? _last;
    private long _collectedAt;

    /// <summary>The figures of now, at most a second old.</summary>
    public Figures Now
    {
        get
        {
            lock (_lock)
            {
                if (_last is null || broker.Clock.GetElapsedTime(_collectedAt) >= Freshness)
                {
                    _last = new Figures(Topics(), Groups(), _topicLimit.Overflow, _groupLimit.Overflow);
                    _collectedAt = broker.Clock.GetTimestamp();
                }

                return _last;
            }
        }
    }

    private Dictionary<string, TopicFigures> Topics()
    {
        var figures = new Dictionary<string, TopicFigures>(StringComparer.Ordinal);
        var most = broker.Options.Metrics.MetricsMaxTopics;
        var statistics = broker.Statistics;
        foreach (var (name, topic) in broker.Topics.All)
        {
            var series = _topicLimit.Admits(name, most) ? name : Other;
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(figures, series, out _);
            for (var queueId = 0; queueId < topic.WriteQueueNums; queueId++)
            {
                sum.Offset += broker.Store.MaxOffset(name, queueId);
            }

            var key = new StatsKey(name);
            sum.MessagesPerSecond += PerSecond(statistics.TopicPutNums, key);
            sum.BytesPerSecond += PerSecond(statistics.TopicPutSize, key);
        }

        _topicLimit.EndRound();
        return figures;
    }

    private Dictionary<TopicGroup, GroupFigures> Groups()
    {
        var figures = new Dictionary<TopicGroup, GroupFigures>();
        var most = broker.Options.Metrics.MetricsMaxGroups;
        foreach (var pair in broker.Offsets.Pairs)
        {
            if (broker.Topics.Find(pair.Topic) is not { } topic)
            {
                continue; // offsets outlive their topic
            }

            var series = _groupLimit.Admits(pair, most) ? pair : new TopicGroup(Other, Other);
            Add(ref CollectionsMarshal.GetValueRefOrAddDefault(figures, series, out _), pair, topic.ReadQueueNums);
        }

        _groupLimit.EndRound();
        return figures;
    }

    private void Add(ref GroupFigures sum, TopicGroup pair, int queues)
    {
        var now = broker.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        for (var queueId = 0; queueId < queues; queueId++)
        {
            var end = broker.Store.MaxOffset(pair.Topic, queueId);
            var consumed = Math.Clamp(broker.Offsets.Find(pair.Group, pair.Topic, queueId), 0, end);
            sum.BrokerOffset += end;
            sum.ConsumedOffset += consumed;
            if (consumed < end)
            {
                var first = Math.Max(consumed, broker.Store.MinOffset(pair.Topic, queueId));
                sum.Lag += end - first;
                var storedAt = broker.Store.StoreTimestamp(pair.Topic, queueId, first);
                sum.LagMilliseconds = storedAt > 0 ? Math.Max(sum.LagMilliseconds, now - storedAt) : sum.LagMilliseconds;
            }
        }

        var key = new StatsKey(pair.Topic, pair.Group);
        sum.MessagesPerSecond += PerSecond(broker.Statistics.GroupGetNums, key);
        sum.BytesPerSecond += PerSecond(broker.Statistics.GroupGetSize, key);
        sum.GivenBackPerSecond += PerSecond(broker.Statistics.SendBackPutNums, key);
    }

    private static double PerSecond(StatsTable table, in StatsKey key) => table.Find(key)?.Minute().PerSecond ?? 0;

    /// <summary>One collection.</summary>
    /// <param name="Topics">By topic, or <see cref="Other"/>.</param>
    /// <param name="Groups">By topic and group, or <see cref="Other"/> twice.</param>
    /// <param name="TopicsFolded">Topics in the shared series.</param>
    /// <param name="GroupsFolded">Pairs of topic and group in the shared series.</param>
    internal sealed record Figures(
        IReadOnlyDictionary<string, TopicFigures> Topics,
        IReadOnlyDictionary<TopicGroup, GroupFigures> Groups,
        int TopicsFolded,
        int GroupsFolded);
}
