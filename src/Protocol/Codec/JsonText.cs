using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Rocketeer.Protocol.Codec;

/// <summary>Escapes of JSON strings as fastjson reads and writes them.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>Bytes of the escape that <paramref name="text"/> begins with; 0 when it is none or is cut short.</summary>
    public static int EscapeLength(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2)
        {
            return 0;
        }

        return text[1] switch
        {
            (byte)'u' => text.Length >= 6 && IsHex(text[2..6]) ? 6 : 0,
            (byte)'x' => text.Length >= 4 && IsHex(text[2..4]) ? 4 : 0,
            (byte)'"' or (byte)'\'' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'F' or (byte)'n' or (byte)'r'
                or (byte)'t' or (byte)'v' or (>= (byte)'0' and <= (byte)'7') => 2,
            _ => 0,
        };
    }

    /// <summary>Resolves the escapes of a string that <see cref="JsonScanner"/> has accepted. The result is never longer than the source.</summary>
    /// <returns>Number of bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            var plain = source.IndexOf((byte)'\\');
            if (plain < 0)
            {
                source.CopyTo(destination[written..]);
                return written + source.Length;
            }

            source[..plain].CopyTo(destination[written..]);
            written += plain;
            source = source[plain..];
            var length = EscapeLength(source);
            if (length == 0)
            {
                throw new FrameFormatException("The JSON is broken: a string holds an unknown escape.");
            }

            var unit = Unit(source[..length]);
            source = source[length..];
            if (char.IsHighSurrogate(unit) && source.StartsWith("\\u"u8) && EscapeLength(source) == 6
                && Unit(source[..6]) is var low && char.IsLowSurrogate(low))
            {
                written += new Rune(unit, low).EncodeToUtf8(destination[written..]);
                source = source[6..];
            }
            else
            {
                var rune = char.IsSurrogate(unit) ? Rune.ReplacementChar : new Rune(unit);
                written += rune.EncodeToUtf8(destination[written..]);
            }
        }
    }

    /// <summary>Reads a number: decimal, or with a fraction that is cut off, as fastjson casts.</summary>
    /// <returns>False when the text is no number or does not fit.</returns>
    public static bool TryParseInt64(ReadOnlySpan<byte> text, out long value)
    {
        if (Utf8Parser.TryParse(text, out value, out var consumed) && consumed == text.Length)
        {
            return true;
        }

        const decimal Beyond = 9223372036854775808m;
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number < Beyond && number >= -Beyond)
        {
            value = (long)number;
            return true;
        }

        value = 0;
        return false;
    }

    /// <summary>Reads a whole number as Java's parsers do: a sign, decimal digits, nothing else.</summary>
    public static bool TryParseJavaInt64(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out var consumed) && consumed == text.Length;

    private static bool IsHex(ReadOnlySpan<byte> digits) => !digits.ContainsAnyExcept(HexDigits);

    private static char Unit(ReadOnlySpan<byte> escape)
    {
        switch (escape[1])
        {
            case (byte)'u' or (byte)'x':
                return Utf8Parser.TryParse(escape[2..], out int unit, out _, 'x') ? (char)unit : default;
            case (byte)'b':
                return '\b';
            case (byte)'f' or (byte)'F':
                return '\f';
            case (byte)'n':
                return '\n';
            case (byte)'r':
                return '\r';
            case (byte)'t':
                return '\t';
            case (byte)'v':
                return '\v';
            case >= (byte)'0' and <= (byte)'7':
                return (char)(escape[1] - '0');
            default:
                return (char)escape[1];
        }
    }
}
