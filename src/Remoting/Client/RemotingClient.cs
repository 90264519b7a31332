using System.Collections.Concurrent;
using System.Net;
using System.Security.Authentication;
using DotNetty.Transport.Channels;
using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting.Pipeline;
using Rocketeer.Remoting.Tls;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Client;

/// <summary>
/// Calls other processes by address (<c>host:port</c>), one shared connection each, made when first needed. Concurrent callers of an
/// address share one connection attempt. Thread-safe.
/// </summary>
public sealed class RemotingClient : IAsyncDisposable
{
    /// <summary>How long <see cref="DisposeAsync"/> waits for peers to take what was sent to them already.</summary>
    private static readonly TimeSpan DisposeGrace = TimeSpan.FromMilliseconds(500);

    private readonly RemotingClientOptions _options;
    private readonly ConnectionSet _connections;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly EventLoops _loops;
    private readonly CancellationTokenSource _disposing = new();
    private readonly ConcurrentDictionary<string, RemotingConnection> _open = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<string, Task<RemotingConnection>> _attempts = new(StringComparer.Ordinal);
    private Task? _disposed;

    /// <summary>Creates a client.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="incoming">Serves requests that peers send to us; <see langword="null"/> answers REQUEST_CODE_NOT_SUPPORTED.</param>
    /// <param name="clock">Clock of every time-out.</param>
    /// <param name="loggers">Loggers.</param>
    public RemotingClient(RemotingClientOptions options, RequestDispatcher? incoming, TimeProvider clock, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(loggers);
        _options = options;
        _clock = clock;
        _logger = loggers.CreateLogger<RemotingClient>();
        _loops = EventLoops.Acquire(options.Transport, loggers);
        _connections = new ConnectionSet(options.ToLimits(), incoming ?? new RequestDispatcher(), clock, _logger)
        {
            Serialization = options.SerializeType,
            Signer = options.Signer,
            Closed = Forget,
        };
    }

    /// <summary>A connection ended. Raised once per connection, on its event loop; must be short.</summary>
    public event Action<RemotingConnection>? ConnectionClosed;

    /// <summary>The open connection to an address, made if there is none.</summary>
    /// <exception cref="RemotingConnectException">No connection within <see cref="RemotingClientOptions.ConnectTimeout"/>.</exception>
    public ValueTask<RemotingConnection> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _open.TryGetValue(address, out var connection) && connection.IsOpen
            ? new ValueTask<RemotingConnection>(connection)
            : new ValueTask<RemotingConnection>(Attempt(address).WaitAsync(cancellationToken));
    }

    /// <summary>Sends a request and waits for the answer. The time-out covers connecting, sending and waiting.</summary>
    /// <exception cref="RemotingException">One of its leaves.</exception>
    public ValueTask<RemotingCommand> InvokeAsync(
        string address, RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken) =>
        InvokeAsync(address, request, null, timeout, cancellationToken);

    /// <summary>As the other overload; a reader takes what is wanted of the answer.</summary>
    /// <exception cref="RemotingException">One of its leaves.</exception>
    public ValueTask<RemotingCommand> InvokeAsync(
        string address, RemotingCommand request, AnswerReader? reader, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _open.TryGetValue(address, out var connection) && connection.IsOpen
            ? connection.InvokeAsync(request, reader, timeout, cancellationToken)
            : ConnectAndInvokeAsync(address, request, reader, timeout, cancellationToken);
    }

    /// <summary>Sends a request that wants no answer.</summary>
    /// <exception cref="RemotingException">One of its leaves.</exception>
    public ValueTask SendOneWayAsync(
        string address, RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _open.TryGetValue(address, out var connection) && connection.IsOpen
            ? connection.SendOneWayAsync(request, timeout, cancellationToken)
            : ConnectAndSendOneWayAsync(address, request, timeout, cancellationToken);
    }

    /// <summary>Closes the connection to an address, if there is one.</summary>
    public Task CloseAsync(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _open.TryGetValue(address, out var connection) ? connection.CloseAsync() : Task.CompletedTask;
    }

    /// <summary>Closes every connection; pending calls fail with <see cref="RemotingSendException"/>. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        Task disposed;
        lock (_gate)
        {
            disposed = _disposed ??= DisposeOnceAsync([.. _attempts.Values]);
        }

        await disposed.ConfigureAwait(false);
    }

    private async Task DisposeOnceAsync(Task<RemotingConnection>[] attempts)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the caller holds the lock
        await _disposing.CancelAsync().ConfigureAwait(false);
        await ((Task)Task.WhenAll(attempts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _connections.CloseAllAsync(DisposeGrace, CancellationToken.None).ConfigureAwait(false);
        _connections.Dispose();
        await _loops.ReleaseAsync().ConfigureAwait(false);
        _disposing.Dispose();
    }

    private async ValueTask<RemotingCommand> ConnectAndInvokeAsync(
        string address, RemotingCommand request, AnswerReader? reader, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var begin = _clock.GetTimestamp();
        var connection = await ConnectWithinAsync(address, timeout, cancellationToken).ConfigureAwait(false);
        return await connection.InvokeAsync(request, reader, Rest(timeout, begin), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ConnectAndSendOneWayAsync(
        string address, RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var begin = _clock.GetTimestamp();
        var connection = await ConnectWithinAsync(address, timeout, cancellationToken).ConfigureAwait(false);
        await connection.SendOneWayAsync(request, Rest(timeout, begin), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<RemotingConnection> ConnectWithinAsync(string address, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await Attempt(address).WaitAsync(timeout, _clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new RemotingConnectException($"Cannot connect to {address}: no connection within {timeout.TotalMilliseconds} ms.", late);
        }
    }

    private TimeSpan Rest(TimeSpan timeout, long begin)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return timeout;
        }

        var rest = timeout - _clock.GetElapsedTime(begin);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    /// <summary>The attempt that is under way, or a new one. It ends by itself; a caller who gives up does not end it for the others.</summary>
    private Task<RemotingConnection> Attempt(string address)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed is not null, this);
            if (!_attempts.TryGetValue(address, out var attempt))
            {
                attempt = AttemptAsync(address);
                ChannelClosing.Observe(attempt); // every caller may have given up when it fails
                _attempts.Add(address, attempt);
            }

            return attempt;
        }
    }

    private async Task<RemotingConnection> AttemptAsync(string address)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the caller holds the lock
        try
        {
            if (_open.TryGetValue(address, out var existing) && existing.IsOpen)
            {
                return existing; // made between the caller's look and this attempt
            }

            var connection = await ConnectAnyAsync(address).ConfigureAwait(false);
            _open[address] = connection;
            if (!connection.IsOpen)
            {
                Drop(connection); // Forget may have run before the line above
            }

            return connection;
        }
        finally
        {
            lock (_gate)
            {
                _attempts.Remove(address);
            }

            // The last step came from an event loop; callers must not continue there.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }

    private async Task<RemotingConnection> ConnectAnyAsync(string address)
    {
        using var deadline = new Deadline(_options.ConnectTimeout, _clock, _disposing.Token);
        Exception? last = null;
        try
        {
            var endPoints = await AddressResolver.ResolveAsync(address, deadline.Token).ConfigureAwait(false);
            var begin = _clock.GetTimestamp();
            for (var i = 0; i < endPoints.Count; i++)
            {
                // A dead first address may not use up the time of the others.
                var share = (_options.ConnectTimeout - _clock.GetElapsedTime(begin)) / (endPoints.Count - i);
                using var turn = new Deadline(share, _clock, deadline.Token);
                try
                {
                    return await ConnectOneAsync(address, endPoints[i], turn.Token).ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is not RemotingException && !deadline.Token.IsCancellationRequested)
                {
                    _logger.ConnectFailed(failure, endPoints[i], address);
                    last = failure;
                }
            }
        }
        catch (Exception failure) when (failure is not RemotingException)
        {
            last = failure;
        }

        throw new RemotingConnectException(Explain(address, last), last);
    }

    private string Explain(string address, Exception? failure)
    {
        if (_disposing.IsCancellationRequested)
        {
            return $"Cannot connect to {address}: the client is being disposed.";
        }

        return failure is null or OperationCanceledException
            ? $"Cannot connect to {address}: no connection within {_options.ConnectTimeout.TotalMilliseconds} ms."
            : $"Cannot connect to {address}: {(failure is AuthenticationException ? failure : failure.InnerException ?? failure).Message}.";
    }

    private async Task<RemotingConnection> ConnectOneAsync(string address, IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var channel = _loops.NewChannel(endPoint.AddressFamily);
        TlsHandler? tls = null;
        try
        {
            var handler = await _connections.AttachAsync(_loops, channel, endPoint, _options.Tls is null ? null : MakeTls).ConfigureAwait(false);
            await channel.ConnectAsync(endPoint).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (tls is not null)
            {
                await tls.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            return handler.Connection ?? throw new IOException($"The connection to {endPoint} ended while it was set up.");
        }
        catch
        {
            channel.CloseSafe();
            throw;
        }

        IChannelHandler MakeTls(FrameHandler frames)
        {
            var host = AddressResolver.HostOf(address);
            return tls = new TlsHandler(frames, _options.Tls!.Connecting(host, _options.ConnectTimeout), _clock);
        }
    }

    private void Forget(RemotingConnection connection)
    {
        Drop(connection);
        ConnectionClosed?.Invoke(connection);
    }

    private void Drop(RemotingConnection connection)
    {
        foreach (var entry in _open)
        {
            if (ReferenceEquals(entry.Value, connection))
            {
                _open.TryRemove(entry);
            }
        }
    }
}
