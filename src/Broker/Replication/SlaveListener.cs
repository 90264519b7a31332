using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Storage.Replication;

namespace Rocketeer.Broker.Replication;

/// <summary>The HA port of a broker: accepts slaves while it is open to them, and sums up what they have. Thread-safe.</summary>
internal sealed class SlaveListener : IAsyncDisposable
{
    /// <summary>Slaves at a time; more are turned away.</summary>
    public const int MaxConnections = 64;

    private static readonly TimeSpan AcceptPause = TimeSpan.FromSeconds(1);

    private readonly ReplicationLog _log;
    private readonly BrokerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _changes = new();
    private readonly Dictionary<SlaveConnection, Task> _slaves = [];
    private readonly CancellationTokenSource _stopping = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private bool _isOpen;
    private bool _saidFull; // once until there is room again
    private bool _saidClosed; // once until it is open again

    /// <summary>Creates the listener; nothing is opened yet.</summary>
    public SlaveListener(ReplicationLog log, BrokerOptions options, TimeProvider clock, ILogger logger)
    {
        _log = log;
        _options = options;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Opens the port.</summary>
    /// <exception cref="IOException">It is taken.</exception>
    public IPEndPoint Start(IPEndPoint endPoint)
    {
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            listener.Bind(endPoint);
            listener.Listen();
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new IOException($"The HA port {endPoint} cannot be opened: {e.Message}", e);
        }

        _listener = listener;
        _accepting = AcceptAsync(listener, _stopping.Token);
        return (IPEndPoint)listener.LocalEndPoint!;
    }

    /// <summary>Serves slaves from now on.</summary>
    public void Open()
    {
        lock (_changes)
        {
            _isOpen = true;
            _saidClosed = false;
        }
    }

    /// <summary>Disconnects the slaves and turns others away; completes when the last one is gone.</summary>
    /// <param name="reason">Why, in a few words.</param>
    public async Task CloseAsync(string reason)
    {
        Task[] ending;
        lock (_changes)
        {
            _isOpen = false;
            ending = [.. _slaves.Values];
            foreach (var slave in _slaves.Keys)
            {
                slave.Close(reason);
            }
        }

        await Task.WhenAll(ending);
    }

    /// <summary>The slaves of this moment.</summary>
    public IReadOnlyList<SlaveLinkStatus> Slaves()
    {
        lock (_changes)
        {
            return [.. _slaves.Keys.Select(slave => slave.Status)];
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener?.Dispose();
        await _accepting;
        await CloseAsync("this broker stops");
        _stopping.Dispose();
    }

    private async Task AcceptAsync(Socket listener, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                Serve(await listener.AcceptAsync(cancellationToken));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of handles, or a peer that left before it was accepted: neither is the end of the port.
                _logger.SlaveNotAccepted(e);
                await PauseAsync(cancellationToken);
            }
        }
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(AcceptPause, _clock, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
    }

    private void Serve(Socket socket)
    {
        SlaveConnection slave;
        lock (_changes)
        {
            if (!_isOpen || (_slaves.Count >= MaxConnections && !MakeRoom()))
            {
                SayWhy(socket);
                socket.Dispose();
                return;
            }

            _saidFull = false;
            socket.NoDelay = true;
            socket.LingerState = new LingerOption(false, 0);
            slave = new SlaveConnection(socket, _log, _options, _clock, _logger, _changes, SumUp);
            _slaves.Add(slave, Task.CompletedTask);
            _slaves[slave] = Task.Run(() => RunAsync(slave));
        }

        _logger.SlaveConnected(slave.Address);
    }

    private async Task RunAsync(SlaveConnection slave)
    {
        var reason = await slave.RunAsync();
        lock (_changes)
        {
            _slaves.Remove(slave);
        }

        _logger.SlaveGone(slave.Address, reason);
        SumUp();
        slave.Dispose();
    }

    // What senders wait for. The lock keeps the sums in order; it is taken per report, not per message.
    private void SumUp()
    {
        var confirmed = 0L;
        lock (_changes)
        {
            long? nearest = null;
            foreach (var slave in _slaves.Keys)
            {
                confirmed = Math.Max(confirmed, slave.ConfirmedOffset);
                if (slave.IsServed)
                {
                    nearest = Math.Max(nearest ?? 0, slave.AckedOffset);
                }
            }

            _log.ReplicaIsAt(_isOpen ? nearest : null);
            if (!_isOpen)
            {
                return; // what still comes in after stepping down counts for nothing
            }
        }

        _log.Confirm(confirmed);
    }

    // Who came and asked for nothing goes first; a slave that is served is never given up for a stranger.
    private bool MakeRoom()
    {
        var stranger = _slaves.Keys.Where(slave => !slave.HasAsked).MinBy(slave => slave.ConnectedAt);
        if (stranger is null)
        {
            return false;
        }

        _slaves.Remove(stranger);
        stranger.Close("it has asked for nothing yet, and others want to");
        return true;
    }

    private void SayWhy(Socket socket)
    {
        if (!_isOpen && !_saidClosed)
        {
            _saidClosed = true;
            _logger.SlaveTurnedAway(socket.RemoteEndPoint?.ToString() ?? "?");
        }
        else if (_isOpen && !_saidFull)
        {
            _saidFull = true;
            _logger.TooManySlaves(socket.RemoteEndPoint?.ToString() ?? "?", MaxConnections);
        }
    }
}
