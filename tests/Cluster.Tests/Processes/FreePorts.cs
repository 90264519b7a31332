using System.Net;
using System.Net.Sockets;

namespace Rocketeer.Cluster.Tests.Processes;

/// <summary>
/// Ports of this machine that nobody has now. They lie below those that the system gives to outgoing connections, one of which might else
/// take a port between this look and the server's start.
/// </summary>
internal static class FreePorts
{
    private const int First = 14_000;
    private const int End = 32_000;

    /// <summary>Any.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port))
            {
                return port;
            }
        }
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
