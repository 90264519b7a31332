using System.Buffers.Binary;
using System.Numerics;

namespace Rocketeer.Broker.Filtering;

/// <summary>MurmurHash3, the x64 variant of 128 bits with seed 0, of which the first 64 are given: what places the bits of a Bloom filter.</summary>
internal static class Murmur3
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;
    private const int BlockLength = 16;

    /// <summary>The hash of some bytes.</summary>
    public static ulong Hash(ReadOnlySpan<byte> data)
    {
        var (h1, h2) = (0UL, 0UL);
        var rest = data;
        for (; rest.Length >= BlockLength; rest = rest[BlockLength..])
        {
            h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(rest));
            h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
            h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
        }

        Span<byte> tail = stackalloc byte[BlockLength];
        rest.CopyTo(tail);
        h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(tail));
        h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(tail[8..]));
        h1 ^= (ulong)data.Length;
        h2 ^= (ulong)data.Length;
        h1 += h2;
        h2 += h1;
        return Finish(h1) + Finish(h2);
    }

    private static ulong Mix1(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong Mix2(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Finish(ulong h)
    {
        h = (h ^ (h >> 33)) * 0xff51afd7ed558ccd;
        h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53;
        return h ^ (h >> 33);
    }
}
