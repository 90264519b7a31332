using System.Collections.Immutable;

namespace Rocketeer.NameServer.Routing;

/// <summary>A consistent picture of one topic's route.</summary>
/// <param name="Queues">One entry per broker name; names that are not registered may occur, as in the original.</param>
/// <param name="Brokers">The registered groups among them; never empty.</param>
/// <param name="FilterServers">Filter servers by broker address, of addresses that have some.</param>
internal sealed record TopicRoute(
    ImmutableArray<TopicQueues> Queues,
    IReadOnlyList<BrokerGroup> Brokers,
    IReadOnlyList<KeyValuePair<string, ImmutableArray<string>>> FilterServers);
