using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming.Allocation;

/// <summary>
/// CONSISTENT_HASH: each member stands at several points of a ring; a queue belongs to the first point at or behind its own hash.
/// Hash: the first four bytes of MD5, unsigned, big-endian. Two points with one hash: the later member has it.
/// </summary>
internal sealed class ConsistentHashAllocation : IQueueAllocation
{
    private readonly int _virtualNodes;

    public ConsistentHashAllocation(int virtualNodes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(virtualNodes, 1);
        _virtualNodes = virtualNodes;
    }

    public string Name => "CONSISTENT_HASH";

    public IReadOnlyList<MessageQueue> Allocate(string clientId, IReadOnlyList<MessageQueue> queues, IReadOnlyList<string> clientIds)
    {
        if (QueueAllocation.IndexOf(clientIds, clientId) < 0)
        {
            return [];
        }

        var ring = new SortedList<uint, string>();
        foreach (var member in clientIds)
        {
            for (var node = 0; node < _virtualNodes; node++)
            {
                ring[HashOf($"{member}-{node}")] = member;
            }
        }

        return [.. queues.Where(queue => string.Equals(OwnerOf(ring, HashOf(queue.ToString())), clientId, StringComparison.Ordinal))];
    }

    private static string OwnerOf(SortedList<uint, string> ring, uint hash)
    {
        var (low, high) = (0, ring.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ring.GetKeyAtIndex(middle) < hash ? (middle + 1, high) : (low, middle);
        }

        return ring.GetValueAtIndex(low == ring.Count ? 0 : low);
    }

    private static uint HashOf(string key)
    {
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
#pragma warning disable CA5351 // places keys on a ring; the original's clients must agree with us
        MD5.HashData(Encoding.UTF8.GetBytes(key), digest);
#pragma warning restore CA5351
        return BinaryPrimitives.ReadUInt32BigEndian(digest);
    }
}
