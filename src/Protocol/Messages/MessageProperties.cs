using System.Text;
using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Messages;

/// <summary>
/// The properties string of a message: <c>name 0x01 value 0x02</c> again and again. There is no escaping. A property whose value is
/// empty, and a piece that does not give exactly a name and a value, is dropped on reading (reference: protocol-remoting.md section 9.4).
/// </summary>
public static class MessageProperties
{
    /// <summary>Separates a name from its value.</summary>
    public const char NameValueSeparator = '\u0001';

    /// <summary>Ends a property.</summary>
    public const char PropertySeparator = '\u0002';

    /// <summary>More properties than messages usually have.</summary>
    private const int UsualMost = 32;

    /// <summary>Parses a properties string. Of a name that occurs twice the last value counts.</summary>
    public static Dictionary<string, string> Parse(ReadOnlySpan<byte> utf8)
    {
        // Room for two more, because consumers add the bounds of the queue; what a peer claims does not count beyond the usual.
        var parsed = new Dictionary<string, string>(Math.Min(utf8.Count((byte)PropertySeparator) + 2, UsualMost), StringComparer.Ordinal);
        foreach (var range in utf8.Split((byte)PropertySeparator))
        {
            var piece = utf8[range].TrimEnd((byte)NameValueSeparator); // Java's split drops empty parts at the end
            var separator = piece.IndexOf((byte)NameValueSeparator);
            if (separator >= 0 && !piece[(separator + 1)..].Contains((byte)NameValueSeparator))
            {
                parsed[Utf8NameCache.Intern(piece[..separator])] = Encoding.UTF8.GetString(piece[(separator + 1)..]);
            }
        }

        return parsed;
    }

    /// <summary>Parses a properties string. Of a name that occurs twice the last value counts.</summary>
    public static Dictionary<string, string> Parse(string? properties)
    {
        var parsed = new Dictionary<string, string>(StringComparer.Ordinal);
        var text = properties.AsSpan();
        foreach (var range in text.Split(PropertySeparator))
        {
            var piece = text[range].TrimEnd(NameValueSeparator); // Java's split drops empty parts at the end
            var separator = piece.IndexOf(NameValueSeparator);
            if (separator >= 0 && !piece[(separator + 1)..].Contains(NameValueSeparator))
            {
                parsed[piece[..separator].ToString()] = piece[(separator + 1)..].ToString();
            }
        }

        return parsed;
    }

    /// <summary>Writes a properties string; an empty one for no properties.</summary>
    public static string Encode(IEnumerable<KeyValuePair<string, string>> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        var text = new StringBuilder();
        foreach (var (name, value) in properties)
        {
            text.Append(name).Append(NameValueSeparator).Append(value).Append(PropertySeparator);
        }

        return text.ToString();
    }

    /// <summary>Finds one property without allocating, by the rules of <see cref="Parse(string)"/>.</summary>
    /// <param name="properties">The properties string.</param>
    /// <param name="name">Name of the property.</param>
    /// <param name="value">Its value, part of <paramref name="properties"/>.</param>
    /// <returns>False when it is not there.</returns>
    public static bool TryFind(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        const byte NameEnd = (byte)NameValueSeparator;
        value = default;
        var found = false;
        while (!properties.IsEmpty)
        {
            var end = properties.IndexOf((byte)PropertySeparator);
            var piece = end < 0 ? properties : properties[..end];
            properties = end < 0 ? default : properties[(end + 1)..];
            if (piece.Length > name.Length && piece[name.Length] == NameEnd && piece.StartsWith(name))
            {
                var candidate = piece[(name.Length + 1)..].TrimEnd(NameEnd);
                if (!candidate.IsEmpty && !candidate.Contains(NameEnd))
                {
                    value = candidate;
                    found = true;
                }
            }
        }

        return found;
    }
}
