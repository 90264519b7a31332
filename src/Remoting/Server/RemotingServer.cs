#pragma warning disable CA1822 // signatures only so far
using System.Net;
using Microsoft.Extensions.Logging;

namespace Rocketeer.Remoting.Server;

/// <summary>Listens on one port and serves requests. Several servers may share a dispatcher.</summary>
public sealed class RemotingServer : IAsyncDisposable
{
    /// <summary>Creates a server; nothing listens yet.</summary>
    public RemotingServer(RemotingServerOptions options, RequestDispatcher dispatcher, TimeProvider clock, ILoggerFactory loggers) =>
        throw new NotImplementedException();

    /// <summary>Where it listens; known after <see cref="StartAsync"/> (port 0 asks the system for a free one).</summary>
    public IPEndPoint EndPoint => throw new NotImplementedException();

    /// <summary>A peer connected. Raised on the connection's event loop; must be short.</summary>
    public event Action<RemotingConnection>? ConnectionOpened { add { } remove { } }

    /// <summary>A connection ended, for whatever reason: closed by either side, idle too long, failed. Raised once per connection.</summary>
    public event Action<RemotingConnection>? ConnectionClosed { add { } remove { } }

    /// <summary>Binds the port.</summary>
    /// <exception cref="IOException">The port is taken or the address is not ours; the message names it.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Stops listening, lets requests in work finish within the grace period, flushes answers, closes connections.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
