using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming.Allocation;

/// <summary>AVG: member i of m takes a run of n/m queues, the first n%m members one more.</summary>
internal sealed class AverageAllocation : IQueueAllocation
{
    public string Name => "AVG";

    public IReadOnlyList<MessageQueue> Allocate(string clientId, IReadOnlyList<MessageQueue> queues, IReadOnlyList<string> clientIds)
    {
        var index = QueueAllocation.IndexOf(clientIds, clientId);
        if (index < 0)
        {
            return [];
        }

        var (share, rest) = Math.DivRem(queues.Count, clientIds.Count);
        var start = (index * share) + Math.Min(index, rest);
        var count = share + (index < rest ? 1 : 0);
        var mine = new MessageQueue[count];
        for (var i = 0; i < count; i++)
        {
            mine[i] = queues[start + i];
        }

        return mine;
    }
}
