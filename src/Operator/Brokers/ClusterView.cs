using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Operator.Brokers;

/// <summary>What all masters of a cluster said in one bulk read. Immutable.</summary>
/// <param name="Groups">The broker groups by name.</param>
/// <param name="Orders">The order configuration on the name servers by topic.</param>
/// <param name="Sequence">Larger than that of every write that this read has seen.</param>
/// <param name="ReadAt">When it was read.</param>
internal sealed record ClusterView(
    IReadOnlyList<GroupView> Groups, IReadOnlyDictionary<string, string> Orders, long Sequence, DateTimeOffset ReadAt);

/// <summary>One broker group in a <see cref="ClusterView"/>.</summary>
/// <param name="Broker">Its addresses.</param>
/// <param name="Topics">Topics of its master by name; <see langword="null"/> when the master could not be asked.</param>
/// <param name="ConsumerGroups">Consumer groups of its master by name; <see langword="null"/> when the master could not be asked.</param>
/// <param name="Fault">Why it could not be asked, in one sentence; else <see langword="null"/>.</param>
internal sealed record GroupView(
    BrokerGroup Broker,
    IReadOnlyDictionary<string, TopicConfig>? Topics,
    IReadOnlyDictionary<string, SubscriptionGroupConfig>? ConsumerGroups,
    string? Fault)
{
    /// <summary>Name of the group.</summary>
    public string Name => Broker.Name;

    /// <summary>True when its master answered.</summary>
    public bool IsReachable => Fault is null;
}
