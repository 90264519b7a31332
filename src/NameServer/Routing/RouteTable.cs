using System.Collections.Immutable;

namespace Rocketeer.NameServer.Routing;

/// <summary>
/// The five tables of the name server behind one lock: topics, broker groups, clusters, live brokers, filter servers. Entries are
/// immutable, so the lock is held while references are copied and answers are written outside it. Thread-safe.
/// </summary>
/// <param name="clock">Tells how long a broker has been silent.</param>
internal sealed partial class RouteTable(TimeProvider clock)
{
    private readonly Lock _gate = new();

    // Topic to one entry per broker name. Topics without an entry are removed.
    private readonly Dictionary<string, ImmutableArray<TopicQueues>> _topics = new(StringComparer.Ordinal);

    // Broker name to its group. Groups without an address are removed.
    private readonly Dictionary<string, BrokerGroup> _groups = new(StringComparer.Ordinal);

    // Cluster to its broker names. Clusters without a name are removed.
    private readonly Dictionary<string, ImmutableSortedSet<string>> _clusters = new(StringComparer.Ordinal);

    // Broker address to what is known of the process.
    private readonly Dictionary<string, LiveBroker> _live = new(StringComparer.Ordinal);

    // Broker address to its filter servers, of brokers that have some.
    private readonly Dictionary<string, ImmutableArray<string>> _filterServers = new(StringComparer.Ordinal);

    /// <summary>Number of topics, for metrics.</summary>
    public int TopicCount
    {
        get
        {
            lock (_gate)
            {
                return _topics.Count;
            }
        }
    }

    /// <summary>Number of broker processes, for metrics.</summary>
    public int LiveBrokerCount
    {
        get
        {
            lock (_gate)
            {
                return _live.Count;
            }
        }
    }

    /// <summary>The route of a topic (105); <see langword="null"/> when nobody registered it, or none of its brokers is there.</summary>
    public TopicRoute? FindRoute(string topic)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(topic, out var queues))
            {
                return null;
            }

            var groups = new List<BrokerGroup>(queues.Length);
            List<KeyValuePair<string, ImmutableArray<string>>>? filters = null;
            foreach (var entry in queues)
            {
                if (_groups.TryGetValue(entry.BrokerName, out var group))
                {
                    groups.Add(group);
                    AddFilterServers(group, ref filters);
                }
            }

            return groups.Count == 0 ? null : new TopicRoute(queues, groups, filters ?? []);
        }
    }

    private void AddFilterServers(BrokerGroup group, ref List<KeyValuePair<string, ImmutableArray<string>>>? filters)
    {
        if (_filterServers.Count == 0)
        {
            return;
        }

        foreach (var address in group.Addresses.Values)
        {
            if (_filterServers.TryGetValue(address, out var servers))
            {
                (filters ??= []).Add(new(address, servers));
            }
        }
    }
}
