using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming.Allocation;

/// <summary>AVG_BY_CIRCLE: member i of m takes queues i, i+m, i+2m and so on.</summary>
internal sealed class CircleAllocation : IQueueAllocation
{
    public string Name => "AVG_BY_CIRCLE";

    public IReadOnlyList<MessageQueue> Allocate(string clientId, IReadOnlyList<MessageQueue> queues, IReadOnlyList<string> clientIds)
    {
        var index = QueueAllocation.IndexOf(clientIds, clientId);
        if (index < 0)
        {
            return [];
        }

        var mine = new List<MessageQueue>();
        for (var i = index; i < queues.Count; i += clientIds.Count)
        {
            mine.Add(queues[i]);
        }

        return mine;
    }
}
