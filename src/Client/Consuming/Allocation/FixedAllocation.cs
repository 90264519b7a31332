using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming.Allocation;

/// <summary>CONFIG: a list from the configuration, restricted to queues that exist.</summary>
internal sealed class FixedAllocation(IReadOnlyList<MessageQueue> configured) : IQueueAllocation
{
    private readonly HashSet<MessageQueue> _configured = [.. configured];

    public string Name => "CONFIG";

    public IReadOnlyList<MessageQueue> Allocate(string clientId, IReadOnlyList<MessageQueue> queues, IReadOnlyList<string> clientIds) =>
        [.. queues.Where(_configured.Contains)];
}
