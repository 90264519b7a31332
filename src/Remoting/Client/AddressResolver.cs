using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Rocketeer.Remoting.Client;

/// <summary>
/// Turns <c>host:port</c> into endpoints. DotNetty's resolver would take the first address of a host only, which for <c>localhost</c> may
/// be one that nobody listens on. A name that the <see cref="HostsFile"/> knows, if there is one, is not asked of DNS.
/// </summary>
internal static class AddressResolver
{
    /// <summary>The host of <c>host:port</c>.</summary>
    public static string HostOf(string address) => address[..address.LastIndexOf(':')].Trim('[', ']');

    /// <summary>Every endpoint of an address, IPv4 first.</summary>
    /// <exception cref="RemotingConnectException">The text is no address, or the host is unknown.</exception>
    public static async ValueTask<IReadOnlyList<IPEndPoint>> ResolveAsync(string address, CancellationToken cancellationToken)
    {
        var colon = address.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > IPEndPoint.MaxPort)
        {
            throw new RemotingConnectException($"'{address}' is not an address; write host:port.");
        }

        var host = address[..colon];
        if (IPAddress.TryParse(host, out var literal))
        {
            return [new IPEndPoint(literal, port)];
        }

        if (HostsFile.Find(host) is { Count: > 0 } known)
        {
            return [.. known.Select(ip => new IPEndPoint(ip, port))];
        }

        try
        {
            var found = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
            return [.. found
                .OrderBy(ip => ip.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
                .Select(ip => new IPEndPoint(ip, port))];
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            throw new RemotingConnectException($"Cannot connect to {address}: the host name '{host}' is not known.", failure);
        }
    }
}
