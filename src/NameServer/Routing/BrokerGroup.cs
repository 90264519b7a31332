using System.Collections.Immutable;

namespace Rocketeer.NameServer.Routing;

/// <summary>The brokers that share a name: a master (id 0) and its slaves. Immutable, so that answers are written outside the lock.</summary>
/// <param name="Cluster">The cluster under which the name was first registered.</param>
/// <param name="Name">The broker name.</param>
/// <param name="Addresses">Broker id to address, lowest id first.</param>
/// <param name="Epoch">The highest epoch in which one of its brokers was the master; 0 when nobody decided who is.</param>
internal sealed record BrokerGroup(string Cluster, string Name, ImmutableSortedDictionary<long, string> Addresses, long Epoch = 0)
{
    public const long MasterId = 0;
}
