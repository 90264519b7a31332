using System.Collections.Immutable;

namespace Rocketeer.NameServer.Routing;

/// <summary>What lists the tables (reference: A9).</summary>
internal sealed partial class RouteTable
{
    private const int UnitFlag = 1;
    private const int UnitSubscriptionFlag = 2;

    /// <summary>Every broker group and every cluster with its broker names (106).</summary>
    public (IReadOnlyList<BrokerGroup> Groups, IReadOnlyList<KeyValuePair<string, ImmutableSortedSet<string>>> Clusters) ClusterInfo()
    {
        lock (_gate)
        {
            return ([.. _groups.Values], [.. _clusters]);
        }
    }

    /// <summary>Every topic (206).</summary>
    public IReadOnlyList<string> AllTopics()
    {
        lock (_gate)
        {
            return [.. _topics.Keys];
        }
    }

    /// <summary>Topics with a queue on a broker of the cluster; none for an unknown cluster (224).</summary>
    public IReadOnlyList<string> TopicsOfCluster(string cluster)
    {
        lock (_gate)
        {
            return _clusters.TryGetValue(cluster, out var names)
                ? [.. _topics.Where(topic => topic.Value.Any(entry => names.Contains(entry.BrokerName))).Select(topic => topic.Key)]
                : [];
        }
    }

    /// <summary>The names that are topics of the system: clusters and brokers; and the address of some broker (304).</summary>
    public (IReadOnlyList<string> Names, string? SomeAddress) SystemTopics()
    {
        lock (_gate)
        {
            var names = _clusters.SelectMany(cluster => cluster.Value.Prepend(cluster.Key)).Distinct(StringComparer.Ordinal);
            return ([.. names], _groups.Values.FirstOrDefault()?.Addresses.Values.FirstOrDefault());
        }
    }

    /// <summary>Topics of a unit (311).</summary>
    public IReadOnlyList<string> UnitTopics() => TopicsByFlag(flag => (flag & UnitFlag) != 0);

    /// <summary>Topics that units subscribe to (312).</summary>
    public IReadOnlyList<string> UnitSubscribedTopics() => TopicsByFlag(flag => (flag & UnitSubscriptionFlag) != 0);

    /// <summary>Topics that units subscribe to and that are of no unit (313).</summary>
    public IReadOnlyList<string> UnitSubscribedTopicsOfNoUnit() =>
        TopicsByFlag(flag => (flag & (UnitFlag | UnitSubscriptionFlag)) == UnitSubscriptionFlag);

    /// <summary>As the original: the first broker's flag speaks for the topic.</summary>
    private string[] TopicsByFlag(Func<int, bool> wanted)
    {
        lock (_gate)
        {
            return [.. _topics.Where(topic => wanted(topic.Value[0].SystemFlag)).Select(topic => topic.Key)];
        }
    }
}
