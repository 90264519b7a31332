using System.Globalization;

namespace Rocketeer.Broker.Replication;

/// <summary>Ports of a broker that follow from the one that clients use.</summary>
internal static class MasterAddress
{
    /// <summary>The second port for clients, two below the first; an address without a usable port stays as it is.</summary>
    public static string Vip(string address) => WithPort(address, -2);

    /// <summary>The port for clients of the broker that serves replication at this address, one below.</summary>
    public static string OfHa(string haAddress) => WithPort(haAddress, -1);

    private static string WithPort(string address, int difference)
    {
        var colon = address.LastIndexOf(':');
        return colon > 0 && int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port + difference is > 0 and <= ushort.MaxValue
            ? string.Create(CultureInfo.InvariantCulture, $"{address.AsSpan(0, colon)}:{port + difference}")
            : address;
    }
}
