using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming.Allocation;

/// <summary>
/// Divides the queues of a topic among the consumers of a group. Every member computes the division for itself, so all of them must use
/// the same rule, and the rule must be a pure function of its arguments. Implementations are thread-safe.
/// </summary>
public interface IQueueAllocation
{
    /// <summary>Name of the rule as the original spells it, for instance <c>AVG</c>.</summary>
    string Name { get; }

    /// <summary>The queues of one member.</summary>
    /// <param name="clientId">The member asking; one that is not in <paramref name="clientIds"/> gets nothing.</param>
    /// <param name="queues">All queues of the topic, ordered.</param>
    /// <param name="clientIds">All members of the group, in ordinal order.</param>
    IReadOnlyList<MessageQueue> Allocate(string clientId, IReadOnlyList<MessageQueue> queues, IReadOnlyList<string> clientIds);
}
