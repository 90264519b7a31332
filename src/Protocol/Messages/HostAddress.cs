using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Rocketeer.Protocol.Messages;

/// <summary>
/// An IPv4 address with its port, in the eight bytes that records use. 4.4.0 has no IPv6 form: of a longer address the first four bytes
/// are kept, as the original does.
/// </summary>
/// <param name="Ip">The four address bytes, big-endian.</param>
/// <param name="Port">Port, 0 to 65535; stored in four bytes.</param>
public readonly record struct HostAddress(uint Ip, int Port)
{
    /// <summary>Bytes in a record.</summary>
    public const int Length = 8;

    /// <summary>Takes the address of an endpoint. IPv4-mapped addresses are unwrapped.</summary>
    /// <param name="endPoint">An IP endpoint.</param>
    public static HostAddress From(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var address = endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out _)
            ? new HostAddress(BinaryPrimitives.ReadUInt32BigEndian(bytes), endPoint.Port)
            : new HostAddress(0, endPoint.Port);
    }

    /// <summary>Reads the eight bytes of a record.</summary>
    /// <param name="source">At least <see cref="Length"/> bytes.</param>
    public static HostAddress Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(source), BinaryPrimitives.ReadInt32BigEndian(source[4..]));

    /// <summary>Writes the eight bytes of a record.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, Ip);
        BinaryPrimitives.WriteInt32BigEndian(destination[4..], Port);
    }

    /// <summary>The address as an endpoint.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The stored port is not one.</exception>
    public IPEndPoint ToEndPoint() => new(new IPAddress(BinaryPrimitives.ReverseEndianness(Ip)), Port);

    /// <summary>Parses <c>ip:port</c>.</summary>
    /// <param name="text">An IPv4 address, a colon, a port.</param>
    /// <param name="address">The result.</param>
    /// <returns>False when the text is anything else.</returns>
    public static bool TryParse(string? text, out HostAddress address)
    {
        if (IPEndPoint.TryParse(text ?? "", out var endPoint) && endPoint.AddressFamily == AddressFamily.InterNetwork && text!.Contains(':'))
        {
            address = From(endPoint);
            return true;
        }

        address = default;
        return false;
    }

    /// <summary><c>ip:port</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Ip >> 24}.{(Ip >> 16) & 0xFF}.{(Ip >> 8) & 0xFF}.{Ip & 0xFF}:{Port}");
}
