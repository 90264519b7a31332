using System.Text;

namespace Rocketeer.Protocol.Messages;

/// <summary>Java's <c>String.hashCode</c>: h = 31·h + c over UTF-16 code units, wrapping in 32 bits. Tag codes and index keys use it.</summary>
public static class JavaStringHash
{
    /// <summary>Hash of a text.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        var hash = 0;
        foreach (var unit in text)
        {
            hash = unchecked((31 * hash) + unit);
        }

        return hash;
    }

    /// <summary>Hash of a UTF-8 text, without making a string of it. Malformed bytes count as U+FFFD, as Java decodes them.</summary>
    public static int OfUtf8(ReadOnlySpan<byte> utf8)
    {
        var hash = 0;
        Span<char> units = stackalloc char[2];
        while (!utf8.IsEmpty)
        {
            if (utf8[0] < 0x80)
            {
                hash = unchecked((31 * hash) + utf8[0]);
                utf8 = utf8[1..];
                continue;
            }

            Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            foreach (var unit in units[..rune.EncodeToUtf16(units)])
            {
                hash = unchecked((31 * hash) + unit);
            }

            utf8 = utf8[consumed..];
        }

        return hash;
    }
}
