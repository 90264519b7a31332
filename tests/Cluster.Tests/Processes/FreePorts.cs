using System.Net;
using System.Net.Sockets;

namespace Rocketeer.Cluster.Tests.Processes;

/// <summary>Ports of this machine that nobody has now.</summary>
internal static class FreePorts
{
    /// <summary>Any.</summary>
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>One whose neighbours a broker can have too: two below for its second port, one above for replication.</summary>
    public static int TakeForBroker()
    {
        while (true)
        {
            var port = Take();
            if (IsFree(port - 2) && IsFree(port + 1))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
