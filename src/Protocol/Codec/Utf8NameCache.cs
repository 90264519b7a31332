using System.IO.Hashing;
using System.Text;

namespace Rocketeer.Protocol.Codec;

/// <summary>
/// Interns topic and group names by their bytes, so that decoding a request makes no string of a name seen before. Bounded: a slot is
/// overwritten by the next name that hashes to it, so hostile names cost an allocation each and nothing more. Thread-safe.
/// </summary>
public static class Utf8NameCache
{
    private const int SlotCount = 16 * 1024; // a power of two, more than the topics and groups of a busy broker

    /// <summary>Topics have at most 127 bytes in the store and 255 characters on the wire; longer names are not worth keeping.</summary>
    private const int MaxNameBytes = 255;

    private static readonly Entry?[] Slots = new Entry?[SlotCount];

    /// <summary>The string for these bytes; the same instance while it stays in the cache. Malformed bytes become U+FFFD.</summary>
    public static string Intern(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        if (utf8.Length > MaxNameBytes)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        ref var slot = ref Slots[(int)(XxHash3.HashToUInt64(utf8) % SlotCount)];
        if (Volatile.Read(ref slot) is { } known && utf8.SequenceEqual(known.Utf8))
        {
            return known.Text;
        }

        var entry = new Entry(utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        Volatile.Write(ref slot, entry);
        return entry.Text;
    }

    private sealed record Entry(byte[] Utf8, string Text);
}
