using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Rocketeer.Remoting.Transport;

/// <summary>
/// Accepts connections on one port. The same for every transport: an accepted socket knows nothing yet of how it will be read.
/// A failed accept is logged and, where the system has run out of something, tried again after a pause.
/// </summary>
internal sealed class ConnectionListener : IAsyncDisposable
{
    /// <summary>Connections that wait to be accepted; the original's.</summary>
    private const int Backlog = 1024;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly Func<Socket, IPEndPoint, Task> _accepted;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    private ConnectionListener(Socket socket, Func<Socket, IPEndPoint, Task> accepted, TimeProvider clock, ILogger logger)
    {
        _socket = socket;
        _accepted = accepted;
        _clock = clock;
        _logger = logger;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The address and port that are bound.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Binds the port and begins to accept.</summary>
    /// <param name="endPoint">Where; port 0 takes a free one.</param>
    /// <param name="accepted">Takes a connected socket and owns it from then on.</param>
    /// <param name="clock">Clock of the pause after a failure.</param>
    /// <param name="logger">Logger.</param>
    /// <exception cref="IOException">The port is taken or the address is not ours.</exception>
    public static ConnectionListener Start(IPEndPoint endPoint, Func<Socket, IPEndPoint, Task> accepted, TimeProvider clock, ILogger logger)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return new ConnectionListener(socket, accepted, clock, logger);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new IOException(Explain(endPoint, failure), failure);
        }
    }

    /// <summary>Stops to accept and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static string Explain(IPEndPoint endPoint, SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            $"Cannot listen on {endPoint}: port {endPoint.Port} is taken by another process; stop it or choose another port.",
        SocketError.AddressNotAvailable =>
            $"Cannot listen on {endPoint}: {endPoint.Address} is not an address of this machine.",
        SocketError.AccessDenied =>
            $"Cannot listen on {endPoint}: this user may not bind port {endPoint.Port}; choose a port above 1023.",
        _ => $"Cannot listen on {endPoint}: {failure.Message}.",
    };

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false);
                await HandOverAsync(socket).ConfigureAwait(false);

                // The hand-over ended on an event loop; the loop has better things to do than to accept.
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException failure) when (failure.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                _logger.PeerLeftBeforeAccept(EndPoint);
            }
            catch (SocketException failure)
            {
                _logger.AcceptFailed(failure, EndPoint);
                await PauseAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task HandOverAsync(Socket socket)
    {
        try
        {
            await _accepted(socket, (IPEndPoint)socket.RemoteEndPoint!).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // One connection that cannot be set up must not end the listening.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _logger.ConnectionSetupFailed(failure, EndPoint);
            socket.Dispose();
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(PauseAfterFailure, _clock, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _logger.ListeningEnded(EndPoint);
        }
    }
}
