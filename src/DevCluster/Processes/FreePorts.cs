using System.Net;
using System.Net.Sockets;

namespace Rocketeer.DevCluster.Processes;

/// <summary>Picks ports that nobody listens on. A broker needs three in a row: VIP (listen − 2), main, HA (listen + 1).</summary>
internal static class FreePorts
{
    private const int Attempts = 100;

    /// <summary>The wanted port if it is free, else any free one.</summary>
    public static int ForNameServer(int wanted) => IsFree(wanted) ? wanted : AnyFree();

    /// <summary>A listen port whose VIP and HA ports are free too: the wanted one if possible.</summary>
    /// <exception cref="ServerFailedException">None was found.</exception>
    public static int ForBroker(int wanted)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = attempt == 0 ? wanted : AnyFree();
            if (port is > 3 and < 65535 && IsFree(port) && IsFree(port - 2) && IsFree(port + 1))
            {
                return port;
            }
        }

        throw new ServerFailedException($"No three free ports in a row were found on the loopback address after {Attempts} attempts.");
    }

    private static int AnyFree()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var socket = new TcpListener(IPAddress.Loopback, port);
            socket.Start();
            return true;
        }
        catch (SocketException)
        {
            return false; // taken, which is the answer
        }
    }
}
