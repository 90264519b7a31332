using System.Text;

namespace Rocketeer.Broker.Filtering;

/// <summary>
/// Where the bits of a consumer group lie in the bitmap of a message (reference: broker.md section 11.5). The same settings give the same
/// bits as the original. Immutable.
/// </summary>
internal sealed class BloomFilter
{
    /// <summary>Sizes the filter.</summary>
    /// <param name="errorPercent">Wanted rate of false hits, 1 to 99 per cent.</param>
    /// <param name="expectedConsumers">Groups that filter one topic; at least 1.</param>
    public BloomFilter(int errorPercent, int expectedConsumers)
    {
        var errorRate = errorPercent / 100.0;
        Hashes = (int)Math.Ceiling(Math.Log(errorRate) / Math.Log(0.5));
        var bits = (int)Math.Min(
            int.MaxValue - 8, Math.Ceiling(expectedConsumers * (Math.Log(1 / errorRate) / Math.Log(2)) * (Math.Log(Math.E) / Math.Log(2))));
        Bytes = (bits + 7) / 8;
    }

    /// <summary>Bits that each group has.</summary>
    public int Hashes { get; }

    /// <summary>Bytes of a bitmap.</summary>
    public int Bytes { get; }

    /// <summary>Bits of a bitmap.</summary>
    public int Bits => Bytes * 8;

    /// <summary>True when all bits are set.</summary>
    /// <param name="bitmap">A bitmap of <see cref="Bytes"/> bytes.</param>
    /// <param name="positions">Of this filter.</param>
    public static bool Contains(ReadOnlySpan<byte> bitmap, int[] positions)
    {
        foreach (var position in positions)
        {
            if ((bitmap[position / 8] & (1 << (position % 8))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Sets bits.</summary>
    /// <param name="bitmap">A bitmap of <see cref="Bytes"/> bytes.</param>
    /// <param name="positions">Of this filter.</param>
    public static void Set(Span<byte> bitmap, int[] positions)
    {
        foreach (var position in positions)
        {
            bitmap[position / 8] |= (byte)(1 << (position % 8));
        }
    }

    /// <summary>The bits of a group on a topic.</summary>
    public int[] Positions(string group, string topic)
    {
        var hash = Murmur3.Hash(Encoding.UTF8.GetBytes($"{group}#{topic}"));
        var (low, high) = (unchecked((int)hash), unchecked((int)(hash >> 32)));
        var positions = new int[Hashes];
        for (var i = 0; i < positions.Length; i++)
        {
            var combined = unchecked(low + ((i + 1) * high));
            positions[i] = (combined < 0 ? ~combined : combined) % Bits;
        }

        return positions;
    }
}
