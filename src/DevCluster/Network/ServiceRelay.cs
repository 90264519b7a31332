using System.Net;
using System.Net.Sockets;

namespace Rocketeer.DevCluster.Network;

/// <summary>Takes connections at a Service's address and port, and passes each on to one of its pods; what kube-proxy does in a real cluster.</summary>
internal sealed class ServiceRelay : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;
    private volatile IReadOnlyList<IPEndPoint> _targets = [];
    private int _next;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="SocketException">The address is not of this machine, or the port is taken.</exception>
    public ServiceRelay(IPEndPoint address)
    {
        _listener = new TcpListener(address);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where connections go from now on; those that exist stay. Without any, a connection is closed at once.</summary>
    public IReadOnlyList<IPEndPoint> Targets
    {
        get => _targets;
        set => _targets = value;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new HashSet<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_ending.Token);
                connections.RemoveWhere(connection => connection.IsCompleted);
                connections.Add(RelayAsync(client));
            }
        }
        catch (Exception e) when (_ending.IsCancellationRequested && e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var left = client;
        using var right = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        left.NoDelay = true;
        try
        {
            var targets = _targets;
            if (targets.Count == 0)
            {
                left.LingerState = new LingerOption(true, 0); // refused, as far as that is possible after it was taken
                return;
            }

            await right.ConnectAsync(targets[(int)((uint)Interlocked.Increment(ref _next) % targets.Count)], _ending.Token);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            await Task.WhenAll(CopyAsync(left, right, over), CopyAsync(right, left, over));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return; // either side has gone: so does the other
        }
    }

    // An end of one direction is passed on; a failure of one ends both.
    private static async Task CopyAsync(Socket from, Socket to, CancellationTokenSource over)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int length;
            while ((length = await from.ReceiveAsync(buffer, over.Token)) > 0)
            {
                for (var sent = 0; sent < length;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), over.Token);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            await over.CancelAsync();
        }
    }
}
