using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming.Allocation;

/// <summary>MACHINE_ROOM: of the c queues in the wanted rooms, member i of m takes a run of c/m, and one of the c%m left over.</summary>
internal sealed class MachineRoomAllocation(IReadOnlyCollection<string> rooms) : IQueueAllocation
{
    private readonly HashSet<string> _rooms = new(rooms, StringComparer.Ordinal);

    public string Name => "MACHINE_ROOM";

    public IReadOnlyList<MessageQueue> Allocate(string clientId, IReadOnlyList<MessageQueue> queues, IReadOnlyList<string> clientIds)
    {
        var index = QueueAllocation.IndexOf(clientIds, clientId);
        if (index < 0)
        {
            return [];
        }

        var inRooms = queues.Where(queue => RoomOf(queue.BrokerName) is { } room && _rooms.Contains(room)).ToList();
        var (share, rest) = Math.DivRem(inRooms.Count, clientIds.Count);
        var mine = inRooms.GetRange(index * share, share);
        if (index < rest)
        {
            mine.Add(inRooms[index + (share * clientIds.Count)]);
        }

        return mine;
    }

    private static string? RoomOf(string brokerName)
    {
        var parts = brokerName.Split('@');
        return parts.Length == 2 ? parts[0] : null;
    }
}
