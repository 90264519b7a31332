using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Rocketeer.Broker.AccessControl;

/// <summary>
/// Addresses that are trusted (reference: broker.md section 15.2): nothing, <c>*</c>, one address, a list, or a range in the third or the
/// fourth octet. IPv6 addresses may be listed one by one; ranges are IPv4 only. Immutable.
/// </summary>
internal sealed class AddressPattern
{
    private readonly FrozenSet<IPAddress>? _listed;
    private readonly bool _isAll;
    private readonly int _headShift;
    private readonly uint _head;
    private readonly uint _first;
    private readonly uint _last;

    private AddressPattern(bool isAll) => _isAll = isAll;

    private AddressPattern(IEnumerable<IPAddress> listed) => _listed = listed.ToFrozenSet();

    /// <summary>A range of one octet; what is in front of the octet must be equal, what is behind it does not count.</summary>
    private AddressPattern(uint head, int octetShift, uint first, uint last) =>
        (_head, _headShift, _first, _last) = (head, octetShift + 8, first, last);

    /// <summary>Trusts nobody.</summary>
    public static AddressPattern None { get; } = new(isAll: false);

    /// <summary>Trusts everybody.</summary>
    public static AddressPattern All { get; } = new(isAll: true);

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It is none; the message says what is wrong with it.</exception>
    public static AddressPattern Parse(string? text)
    {
        var trimmed = text?.Trim() ?? "";
        return trimmed switch
        {
            "" => None,
            "*" => All,
            _ when trimmed.EndsWith('}') => new AddressPattern(Braces(trimmed)),
            _ when trimmed.Contains(',', StringComparison.Ordinal) => new AddressPattern(
                trimmed.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Address)),
            _ when trimmed.AsSpan().ContainsAny('*', '-') => Range(trimmed),
            _ => new AddressPattern([Address(trimmed)]),
        };
    }

    /// <summary>Whether an address is one of these. IPv4 addresses in IPv6 form must be unwrapped before.</summary>
    public bool Matches(IPAddress address)
    {
        if (_isAll || _listed is not null)
        {
            return _isAll || _listed!.Contains(address);
        }

        if (_headShift == 0 || address.AddressFamily != AddressFamily.InterNetwork)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        var number = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return number >> _headShift == _head && ((number >> (_headShift - 8)) & 0xFF) is var octet && octet >= _first && octet <= _last;
    }

    private static IEnumerable<IPAddress> Braces(string text)
    {
        var octets = text.Split('.');
        if (octets.Length != 4 || !octets[3].StartsWith('{'))
        {
            throw new FormatException($"'{text}' is no address: braces belong into the fourth octet, as in 10.1.2.{{3,4}}");
        }

        var head = string.Join('.', octets[..3]);
        return octets[3][1..^1]
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(last => Address($"{head}.{last}"));
    }

    private static AddressPattern Range(string text)
    {
        var octets = text.Split('.', StringSplitOptions.TrimEntries);
        if (octets.Length != 4)
        {
            throw new FormatException($"'{text}' is no address: it has not four octets");
        }

        var head = (Octet(octets[0], text) << 8) | Octet(octets[1], text);
        if (octets[2].AsSpan().ContainsAny('*', '-'))
        {
            var (first, last) = OctetRange(octets[2], text);
            return new AddressPattern(head, 8, first, last);
        }
        else
        {
            var (first, last) = OctetRange(octets[3], text);
            return new AddressPattern((head << 8) | Octet(octets[2], text), 0, first, last);
        }
    }

    private static (uint First, uint Last) OctetRange(string octet, string text)
    {
        if (octet == "*")
        {
            return (0, 255);
        }

        var minus = octet.IndexOf('-', StringComparison.Ordinal);
        var first = Octet(minus < 0 ? octet : octet[..minus], text);
        var last = Octet(octet[(minus + 1)..], text);
        return first <= last ? (first, last) : throw new FormatException($"'{text}' is no address: the range {octet} ends before it begins");
    }

    private static IPAddress Address(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return IPAddress.TryParse(text, out var address)
                ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address
                : throw new FormatException($"'{text}' is no address");
        }

        var octets = text.Split('.');
        return octets.Length == 4
            ? new IPAddress([.. octets.Select(octet => (byte)Octet(octet.Trim(), text))])
            : throw new FormatException($"'{text}' is no address: it has not four octets");
    }

    private static uint Octet(string octet, string text) =>
        byte.TryParse(octet, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"'{text}' is no address: '{octet}' is no number from 0 to 255");
}
