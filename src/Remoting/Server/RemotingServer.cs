using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rocketeer.Remoting.Pipeline;
using Rocketeer.Remoting.Tls;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Server;

/// <summary>Listens on one port and serves requests. Several servers may share a dispatcher. Started once, stopped once. Thread-safe.</summary>
public sealed class RemotingServer : IAsyncDisposable
{
    private readonly RemotingServerOptions _options;
    private readonly ConnectionSet _connections;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private EventLoops? _loops;
    private ConnectionListener? _listener;
    private Task? _stopped;

    /// <summary>Creates a server; nothing listens yet.</summary>
    /// <param name="options">Where to listen, and limits.</param>
    /// <param name="dispatcher">Serves the requests.</param>
    /// <param name="clock">Clock of every time-out.</param>
    /// <param name="loggers">Loggers.</param>
    public RemotingServer(RemotingServerOptions options, RequestDispatcher dispatcher, TimeProvider clock, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(dispatcher);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(loggers);
        _options = options;
        _clock = clock;
        _loggers = loggers;
        _logger = loggers.CreateLogger<RemotingServer>();
        _connections = new ConnectionSet(options.ToLimits(), dispatcher, clock, _logger)
        {
            Opened = connection => ConnectionOpened?.Invoke(connection),
            Closed = connection => ConnectionClosed?.Invoke(connection),
        };
    }

    /// <summary>A peer connected. Raised on the connection's event loop; must be short.</summary>
    public event Action<RemotingConnection>? ConnectionOpened;

    /// <summary>A connection ended, for whatever reason: closed by either side, idle too long, failed. Raised once per connection.</summary>
    public event Action<RemotingConnection>? ConnectionClosed;

    /// <summary>Where it listens; known after <see cref="StartAsync"/> (port 0 asks the system for a free one).</summary>
    public IPEndPoint EndPoint { get => field ?? _options.EndPoint; private set; }

    /// <summary>Connections that are open now.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Binds the port.</summary>
    /// <exception cref="IOException">The port is taken or the address is not ours; the message names it.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped is not null, this);
            if (_listener is not null)
            {
                throw new InvalidOperationException("The server is started already.");
            }

            _loops ??= EventLoops.Acquire(_options.Transport, _loggers);
            _listener = ConnectionListener.Start(_options.EndPoint, AcceptedAsync, _clock, _logger);
            EndPoint = _listener.EndPoint;
        }

        _logger.Listening(EndPoint);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Stops listening, lets requests in work finish within the grace period, flushes answers, closes connections. Requests that arrive
    /// meanwhile are answered SYSTEM_BUSY; one-way requests are still served. Idempotent.
    /// </summary>
    /// <param name="cancellationToken">Ends the grace period early.</param>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _stopped ??= StopOnceAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None).ConfigureAwait(false);

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the caller holds the lock
        if (_listener is not null)
        {
            await _listener.DisposeAsync().ConfigureAwait(false);
            await FinishRequestsAsync(cancellationToken).ConfigureAwait(false);
        }

        await _connections.CloseAllAsync(_options.StopGrace, cancellationToken).ConfigureAwait(false);
        _connections.Dispose();
        if (_loops is not null)
        {
            await _loops.ReleaseAsync().ConfigureAwait(false);
            _logger.ListeningEnded(EndPoint);
        }
    }

    private async Task FinishRequestsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _connections.StopServingAsync(_options.StopGrace, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception over) when (over is TimeoutException or OperationCanceledException)
        {
            _logger.GraceOver(EndPoint, _connections.Unanswered);
        }
    }

    private Task AcceptedAsync(Socket socket, IPEndPoint remote) =>
        _connections.AttachAsync(
            _loops!, _loops!.Wrap(socket, remote), remote, frames => new FirstByteHandler(_options.Tls, frames, _clock));
}
