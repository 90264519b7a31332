using System.Text;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Storage.Index;

/// <summary>Hashes of index keys: of <c>topic#key</c>, never negative (store.md section 10.2).</summary>
internal static class IndexKey
{
    /// <summary>Hash of a key.</summary>
    public static int Hash(string topic, ReadOnlySpan<byte> keyUtf8)
    {
        // Java's hash of a concatenation is the hash of the first part carried through the second: no string is built.
        var hash = unchecked((31 * JavaStringHash.Of(topic)) + '#');
        Span<char> units = stackalloc char[2];
        while (!keyUtf8.IsEmpty)
        {
            Rune.DecodeFromUtf8(keyUtf8, out var rune, out var consumed);
            keyUtf8 = keyUtf8[consumed..];
            foreach (var unit in units[..rune.EncodeToUtf16(units)])
            {
                hash = unchecked((31 * hash) + unit);
            }
        }

        return hash == int.MinValue ? 0 : Math.Abs(hash);
    }

    /// <summary>Hash of a key.</summary>
    public static int Hash(string topic, string key)
    {
        var hash = JavaStringHash.Of($"{topic}#{key}");
        return hash == int.MinValue ? 0 : Math.Abs(hash);
    }
}
