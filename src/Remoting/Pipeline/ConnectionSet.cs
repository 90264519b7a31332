using System.Collections.Concurrent;
using System.Net;
using DotNetty.Transport.Channels;
using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Signing;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Pipeline;

/// <summary>
/// The open connections of one server or client, and what they share: limits, permits, dispatcher, clock, the check for idle ones.
/// Thread-safe.
/// </summary>
internal sealed class ConnectionSet : IDisposable
{
    /// <summary>Idle connections are looked for so often within the time-out.</summary>
    private const int IdleChecks = 24;

    private readonly ConcurrentDictionary<RemotingConnection, bool> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _nothingInWork = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _idleCheck;
    private volatile bool _isStopping;

    public ConnectionSet(ConnectionLimits limits, RequestDispatcher dispatcher, TimeProvider clock, ILogger logger)
    {
        Limits = limits;
        Dispatcher = dispatcher;
        Clock = clock;
        Logger = logger;
        AsyncPermits = new Permits(limits.AsyncPermits, "requests", clock);
        OneWayPermits = new Permits(limits.OneWayPermits, "one-way requests", clock);
        Stopping = _stopping.Token;
        var period = limits.IdleTimeout / IdleChecks;
        _idleCheck = clock.CreateTimer(static set => ((ConnectionSet)set!).CloseIdle(), this, period, period);
    }

    public ConnectionLimits Limits { get; }

    public RequestDispatcher Dispatcher { get; }

    public TimeProvider Clock { get; }

    public ILogger Logger { get; }

    public Permits AsyncPermits { get; }

    public Permits OneWayPermits { get; }

    /// <summary>How requests are serialized; <see langword="null"/> leaves it to each command.</summary>
    public SerializeType? Serialization { get; init; }

    /// <summary>Signs outgoing requests; <see langword="null"/> leaves them unsigned.</summary>
    public RequestSigner? Signer { get; init; }

    public Action<RemotingConnection>? Opened { get; set; }

    public Action<RemotingConnection>? Closed { get; set; }

    /// <summary>Fires when handlers should give up.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>True once requests that arrive are refused.</summary>
    public bool IsStopping => _isStopping;

    public int Count => _connections.Count;

    /// <summary>Requests of all peers that were not answered yet.</summary>
    public long Unanswered => _connections.Sum(pair => (long)Math.Max(0, pair.Key.Unanswered));

    /// <summary>Puts our handlers on a channel and gives it to a loop.</summary>
    /// <param name="loops">Where the loop comes from.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="remote">The peer.</param>
    /// <param name="front">Makes the handler that sees the bytes first, if there is one.</param>
    public async Task<FrameHandler> AttachAsync(
        EventLoops loops, IChannel channel, IPEndPoint remote, Func<FrameHandler, IChannelHandler>? front)
    {
        var handler = new FrameHandler(this, remote);
        channel.Pipeline.AddLast(handler);
        if (front is not null)
        {
            channel.Pipeline.AddFirst(front(handler));
        }

        await loops.RegisterAsync(channel).ConfigureAwait(false);
        return handler;
    }

    /// <summary>A connection is open. On its event loop.</summary>
    public void Add(RemotingConnection connection)
    {
        _connections.TryAdd(connection, true);
        RemotingInstruments.Opened();
        Logger.ConnectionOpened(connection.RemoteAddress);
        Raise(Opened, connection);
        if (_isStopping)
        {
            connection.Close("this side stops");
        }
    }

    /// <summary>A connection has ended. Once per connection, on its event loop.</summary>
    public void Remove(RemotingConnection connection)
    {
        _connections.TryRemove(connection, out _);
        RemotingInstruments.Closed();
        Raise(Closed, connection);
        if (_isStopping)
        {
            CompleteWhenNothingIsInWork();
        }
    }

    /// <summary>Refuses new requests and waits until those in work are answered.</summary>
    public Task StopServingAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        _isStopping = true;
        CompleteWhenNothingIsInWork();
        return _nothingInWork.Task.WaitAsync(grace, Clock, cancellationToken);
    }

    public void CompleteWhenNothingIsInWork()
    {
        if (Unanswered == 0)
        {
            _nothingInWork.TrySetResult();
        }
    }

    /// <summary>Tells handlers to give up, sends what is left to be sent, closes every connection.</summary>
    /// <param name="drainTimeout">How long a peer may take to accept its last bytes.</param>
    /// <param name="cancellationToken">Ends the waiting for peers.</param>
    public async Task CloseAllAsync(TimeSpan drainTimeout, CancellationToken cancellationToken)
    {
        _isStopping = true;
        await _stopping.CancelAsync().ConfigureAwait(false);
        using var deadline = new Deadline(drainTimeout, Clock, cancellationToken);
        await Task.WhenAll(_connections.Keys.Select(connection => connection.DrainAndCloseAsync(deadline.Token))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _idleCheck.Dispose();
        _stopping.Dispose();
    }

    private void CloseIdle()
    {
        foreach (var (connection, _) in _connections)
        {
            if (Clock.GetElapsedTime(connection.LastActivity) >= Limits.IdleTimeout)
            {
                connection.Close($"no byte came or went for {Limits.IdleTimeout.TotalSeconds} s");
            }
        }
    }

    private void Raise(Action<RemotingConnection>? subscribers, RemotingConnection connection)
    {
        try
        {
            subscribers?.Invoke(connection);
        }
#pragma warning disable CA1031 // A subscriber's mistake must not hurt the connection or the loop.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Logger.SubscriberFailed(failure, connection.RemoteAddress);
        }
    }
}
