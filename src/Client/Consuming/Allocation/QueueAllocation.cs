using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming.Allocation;

/// <summary>The allocation rules of the original (reference: namesrv-and-client.md section E3).</summary>
public static class QueueAllocation
{
    /// <summary>AVG: consecutive runs of nearly equal length; the default of every RocketMQ client.</summary>
    public static IQueueAllocation Average { get; } = new AverageAllocation();

    /// <summary>AVG_BY_CIRCLE: queues are dealt like cards.</summary>
    public static IQueueAllocation Circle { get; } = new CircleAllocation();

    /// <summary>CONSISTENT_HASH: a member that joins or leaves moves few queues.</summary>
    /// <param name="virtualNodes">Points of each member on the ring, 1 or more; all members must agree. The original's default is 10.</param>
    public static IQueueAllocation ConsistentHash(int virtualNodes = 10) => new ConsistentHashAllocation(virtualNodes);

    /// <summary>CONFIG: a fixed list, whoever else is there. Nothing else keeps two members from the same queue.</summary>
    /// <param name="queues">The queues of this member; those of other topics are ignored.</param>
    public static IQueueAllocation Fixed(params IReadOnlyList<MessageQueue> queues) => new FixedAllocation(queues);

    /// <summary>
    /// MACHINE_ROOM: only queues on brokers named <c>room@name</c> of the given rooms, in equal runs, the rest dealt out.
    /// The original takes the runs from the wrong list (docs/deviations.md); here they come from the rooms' queues.
    /// </summary>
    /// <param name="rooms">Rooms whose brokers are consumed.</param>
    public static IQueueAllocation MachineRoom(params IReadOnlyCollection<string> rooms) => new MachineRoomAllocation(rooms);

    /// <summary>
    /// MACHINE_ROOM_NEARBY: the queues of a room go to the members of that room; rooms without a member are shared by all.
    /// </summary>
    /// <param name="within">Rule that divides the queues of one room.</param>
    /// <param name="roomOfBroker">Room of a broker name.</param>
    /// <param name="roomOfClient">Room of a client id.</param>
    public static IQueueAllocation MachineRoomNearby(
        IQueueAllocation within, Func<string, string> roomOfBroker, Func<string, string> roomOfClient) =>
        new MachineRoomNearbyAllocation(within, roomOfBroker, roomOfClient);

    /// <summary>Position of a member in the ordered list, or -1.</summary>
    internal static int IndexOf(IReadOnlyList<string> clientIds, string clientId)
    {
        for (var i = 0; i < clientIds.Count; i++)
        {
            if (string.Equals(clientIds[i], clientId, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }
}
