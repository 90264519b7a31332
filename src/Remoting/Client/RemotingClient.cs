#pragma warning disable CA1822 // signatures only so far
using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Remoting.Client;

/// <summary>
/// Calls other processes by address (<c>host:port</c>), one shared connection each, made when first needed. Concurrent callers of an
/// address share one connection attempt. Thread-safe.
/// </summary>
public sealed class RemotingClient : IAsyncDisposable
{
    /// <summary>Creates a client.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="incoming">Serves requests that peers send to us; <see langword="null"/> answers REQUEST_CODE_NOT_SUPPORTED.</param>
    /// <param name="clock">Clock of every time-out.</param>
    /// <param name="loggers">Loggers.</param>
    public RemotingClient(RemotingClientOptions options, RequestDispatcher? incoming, TimeProvider clock, ILoggerFactory loggers) =>
        throw new NotImplementedException();

    /// <summary>A connection ended. Raised once per connection, on its event loop; must be short.</summary>
    public event Action<RemotingConnection>? ConnectionClosed { add { } remove { } }

    /// <summary>The open connection to an address, made if there is none.</summary>
    /// <exception cref="RemotingConnectException">No connection within <see cref="RemotingClientOptions.ConnectTimeout"/>.</exception>
    public ValueTask<RemotingConnection> ConnectAsync(string address, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Sends a request and waits for the answer. The time-out covers connecting, sending and waiting.</summary>
    /// <exception cref="RemotingException">One of its leaves.</exception>
    public ValueTask<RemotingCommand> InvokeAsync(
        string address, RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Sends a request that wants no answer.</summary>
    /// <exception cref="RemotingException">One of its leaves.</exception>
    public ValueTask SendOneWayAsync(
        string address, RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Closes the connection to an address, if there is one.</summary>
    public Task CloseAsync(string address) => throw new NotImplementedException();

    /// <summary>Closes every connection; pending calls fail with <see cref="RemotingSendException"/>.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
