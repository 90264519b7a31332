using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Rocketeer.Client;

/// <summary>The name under which brokers know a client: <c>ip@instance</c> (reference: namesrv-and-client.md B1).</summary>
internal static class ClientIdentity
{
    private static int _clients;

    /// <summary>The client id for these options.</summary>
    public static string Create(RocketeerClientOptions options) =>
        $"{options.ClientIp ?? ChooseIp(HostAddresses())}@{options.InstanceName ?? UniqueInstance()}";

    /// <summary>The address the original would choose: the first IPv4 that is neither loopback nor private to a desk (192.168), else the last IPv4, else an IPv6.</summary>
    public static string ChooseIp(IReadOnlyList<IPAddress> addresses)
    {
        IPAddress? lastIpv4 = null;
        IPAddress? firstIpv6 = null;
        foreach (var address in addresses)
        {
            if (IPAddress.IsLoopback(address))
            {
                continue;
            }

            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                firstIpv6 ??= address;
                continue;
            }

            var bytes = address.GetAddressBytes();
            if (bytes is not [192, 168, ..])
            {
                return address.ToString();
            }

            lastIpv4 = address;
        }

        return lastIpv4?.ToString() ?? (firstIpv6 is null ? "127.0.0.1" : $"[{new IPAddress(firstIpv6.GetAddressBytes())}]");
    }

    /// <summary>Unicast addresses of the interfaces that are up; empty where the system does not tell.</summary>
    public static IReadOnlyList<IPAddress> HostAddresses()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .Where(face => face.OperationalStatus == OperationalStatus.Up)
                .SelectMany(face => face.GetIPProperties().UnicastAddresses)
                .Select(unicast => unicast.Address)];
        }
        catch (NetworkInformationException)
        {
            // A sandbox that hides its interfaces; the identity only has to be unique, which the instance part sees to.
            return [];
        }
    }

    // Process ids repeat across the pods of a cluster that share no address and after a restart, hence the random part.
    private static string UniqueInstance() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessId}#{Interlocked.Increment(ref _clients)}#{Random.Shared.Next():x8}");
}
