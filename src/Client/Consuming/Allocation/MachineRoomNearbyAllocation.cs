using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming.Allocation;

/// <summary>MACHINE_ROOM_NEARBY: each room by its own members first, orphaned rooms by all.</summary>
internal sealed class MachineRoomNearbyAllocation(
    IQueueAllocation within, Func<string, string> roomOfBroker, Func<string, string> roomOfClient) : IQueueAllocation
{
    public string Name => "MACHINE_ROOM_NEARBY-" + within.Name;

    public IReadOnlyList<MessageQueue> Allocate(string clientId, IReadOnlyList<MessageQueue> queues, IReadOnlyList<string> clientIds)
    {
        if (QueueAllocation.IndexOf(clientIds, clientId) < 0)
        {
            return [];
        }

        var membersByRoom = clientIds.ToLookup(roomOfClient, StringComparer.Ordinal);
        var ownRoom = roomOfClient(clientId);
        var mine = new List<MessageQueue>();
        foreach (var room in queues.GroupBy(queue => roomOfBroker(queue.BrokerName), StringComparer.Ordinal))
        {
            if (string.Equals(room.Key, ownRoom, StringComparison.Ordinal))
            {
                mine.AddRange(within.Allocate(clientId, [.. room], [.. membersByRoom[ownRoom]]));
            }
            else if (!membersByRoom.Contains(room.Key))
            {
                mine.AddRange(within.Allocate(clientId, [.. room], clientIds));
            }
        }

        return mine;
    }
}
