using System.Globalization;
using System.Text;

namespace Rocketeer.Broker.Filtering.Sql;

/// <summary>
/// Numbers in texts as Integer.valueOf, Long.valueOf and Double.valueOf of Java read them; without allocation. Hexadecimal floating point
/// (<c>0x1p3</c>) is not read.
/// </summary>
internal static class JavaNumber
{
    /// <summary>An optional sign and decimal digits of any script; no blanks.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out int value)
    {
        var found = TryParse(utf8, int.MaxValue, out var wide);
        value = (int)wide;
        return found;
    }

    /// <summary>As the one for 32 bits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out long value) => TryParse(utf8, long.MaxValue, out value);

    /// <summary>Digits with an optional point, sign, exponent, trailing f or d, or NaN or Infinity; blanks around it do not matter.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out double value)
    {
        var number = TrimBlanks(utf8);
        var isNegative = number is [(byte)'-', ..];
        var unsigned = number is [(byte)'-' or (byte)'+', ..] ? number[1..] : number;
        if (unsigned is [(byte)'N' or (byte)'I', ..])
        {
            value = unsigned.SequenceEqual("NaN"u8) ? double.NaN : isNegative ? double.NegativeInfinity : double.PositiveInfinity;
            return double.IsNaN(value) || unsigned.SequenceEqual("Infinity"u8);
        }

        if (unsigned is [.., (byte)'f' or (byte)'F' or (byte)'d' or (byte)'D'])
        {
            unsigned = unsigned[..^1];
        }

        // .NET reads everything that Java does, and more: a sign of its own, and nothing but an exponent sign, are kept out here.
        value = 0;
        if (unsigned is not [>= (byte)'0' and <= (byte)'9' or (byte)'.', ..]
            || !double.TryParse(
                unsigned, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            || !HasWholeExponent(unsigned))
        {
            return false;
        }

        value = isNegative ? -value : value;
        return true;
    }

    // "5e" and "5e+" are not numbers.
    private static bool HasWholeExponent(ReadOnlySpan<byte> number) =>
        number.IndexOfAny((byte)'e', (byte)'E') < 0 || number[^1] is >= (byte)'0' and <= (byte)'9';

    private static bool TryParse(ReadOnlySpan<byte> utf8, long max, out long value)
    {
        value = 0;
        var isNegative = utf8 is [(byte)'-', ..];
        var digits = utf8 is [(byte)'-' or (byte)'+', ..] ? utf8[1..] : utf8;
        if (digits.IsEmpty)
        {
            return false;
        }

        var limit = (ulong)max + (isNegative ? 1UL : 0);
        var magnitude = 0UL;
        while (!digits.IsEmpty)
        {
            var digit = TakeDigit(ref digits);
            if (digit < 0 || magnitude > (limit - (uint)digit) / 10)
            {
                return false;
            }

            magnitude = (magnitude * 10) + (uint)digit;
        }

        value = isNegative ? unchecked(-(long)magnitude) : (long)magnitude;
        return true;
    }

    private static int TakeDigit(ref ReadOnlySpan<byte> digits)
    {
        var first = digits[0];
        if (first < 0x80)
        {
            digits = digits[1..];
            return first is >= (byte)'0' and <= (byte)'9' ? first - '0' : -1;
        }

        Rune.DecodeFromUtf8(digits, out var rune, out var length);
        digits = digits[length..];
        return rune.IsBmp && Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber
            ? CharUnicodeInfo.GetDecimalDigitValue((char)rune.Value)
            : -1;
    }

    private static ReadOnlySpan<byte> TrimBlanks(ReadOnlySpan<byte> text)
    {
        while (text is [<= (byte)' ', ..])
        {
            text = text[1..];
        }

        while (text is [.., <= (byte)' '])
        {
            text = text[..^1];
        }

        return text;
    }
}
