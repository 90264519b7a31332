using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Storage.Replication;

namespace Rocketeer.Broker.Replication;

/// <summary>
/// One slave of this master (reference: store.md section 17.4): reads its reports, sends it the log. SlaveConnection.Send.cs has the sending.
/// Nothing that the peer says is believed beyond what was sent to it; whatever it does ends this connection at most.
/// </summary>
internal sealed partial class SlaveConnection : IDisposable
{
    private const int ReceiveSize = 4096;

    private readonly Socket _socket;
    private readonly ReplicationLog _log;
    private readonly ReplicationSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _sums;
    private readonly Action _moved;
    private readonly long _fallBehindMax;
    private readonly CancellationTokenSource _closing = new();
    private readonly TimeSpan _silenceAllowed;
    private long _requested = -1; // written by Receive
    private long _acked = -1; // written by Receive
    private long _heardAt;
    private string? _reason; // why it is closed
    private bool _saidFarBehind; // of the watch

    /// <summary>Takes over a connection that was accepted.</summary>
    /// <param name="socket">The connection; disposed with this.</param>
    /// <param name="log">The log.</param>
    /// <param name="options">Intervals and sizes.</param>
    /// <param name="clock">Clock of the intervals.</param>
    /// <param name="logger">Log of the broker.</param>
    /// <param name="sums">Held by who sums up what the slaves have.</param>
    /// <param name="moved">Told after <see cref="AckedOffset"/> moved, or the slave asked for its first byte.</param>
    public SlaveConnection(
        Socket socket, ReplicationLog log, BrokerOptions options, TimeProvider clock, ILogger logger, Lock sums, Action moved)
    {
        var settings = options.Replication;
        _socket = socket;
        _log = log;
        _settings = settings;
        _fallBehindMax = options.Store.HaSlaveFallbehindMax;
        _clock = clock;
        _logger = logger;
        _sums = sums;
        _moved = moved;
        _silenceAllowed = TimeSpan.FromMilliseconds(settings.HaHousekeepingInterval);
        _heartbeatAfter = TimeSpan.FromMilliseconds(settings.HaSendHeartbeatInterval);
        Address = socket.RemoteEndPoint?.ToString() ?? "?";
        ConnectedAt = _heardAt = _wroteAt = clock.GetTimestamp();
    }

    /// <summary>The slave's end, <c>ip:port</c>.</summary>
    public string Address { get; }

    /// <summary>When it was accepted, in ticks of the clock.</summary>
    public long ConnectedAt { get; }

    /// <summary>True once it has said where to begin.</summary>
    public bool HasAsked => Volatile.Read(ref _requested) >= 0;

    /// <summary>True when it gets the log from where it asked on.</summary>
    public bool IsServed => HasAsked && !_isOutOfReach && _refusal is null;

    /// <summary>Everything before this offset it says to have; -1 before it said anything.</summary>
    public long AckedOffset => Volatile.Read(ref _acked);

    /// <summary>
    /// Everything before this offset was sent over this connection and confirmed; 0 before. What it says to have had before is not counted:
    /// only the sending proves that it is this log that it has.
    /// </summary>
    public long ConfirmedOffset => AckedOffset is var acked && acked > Volatile.Read(ref _startedAt) ? acked : 0;

    /// <summary>How it fares.</summary>
    public SlaveLinkStatus Status
    {
        get
        {
            var end = _log.MaxOffset;
            var lag = HasAsked ? Math.Max(0, end - AckedOffset) : end;
            var state = !HasAsked ? SlaveState.Silent
                : _isOutOfReach ? SlaveState.OutOfReach
                : lag >= _fallBehindMax ? SlaveState.FarBehind
                : AckedOffset >= Volatile.Read(ref _endSeen) ? SlaveState.InSync
                : SlaveState.CatchingUp;
            return new SlaveLinkStatus(Address, state, Math.Max(0, SentOffset), Math.Max(0, AckedOffset), lag);
        }
    }

    /// <summary>Serves the slave until it goes, misbehaves, or <see cref="Close"/>.</summary>
    /// <returns>Why it ended, in a few words.</returns>
    public async Task<string> RunAsync()
    {
        var period = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, Math.Min(_silenceAllowed.Ticks, _heartbeatAfter.Ticks) / 4));
        using var watch = _clock.CreateTimer(static connection => ((SlaveConnection)connection!).Watch(), this, period, period);
        _log.Grew += _signal.Set;
        try
        {
            var sending = GuardAsync(SendAsync);
            await GuardAsync(ReceiveAsync);
            await sending;
        }
        finally
        {
            _log.Grew -= _signal.Set;
        }

        return _reason ?? "closed";
    }

    /// <summary>Ends the connection; <see cref="RunAsync"/> completes soon after.</summary>
    /// <param name="reason">Why, in a few words. The first reason counts.</param>
    public void Close(string reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
        {
            _closing.Cancel();
            _socket.Dispose(); // also ends a send to a peer that does not read
        }
    }

    /// <summary>Releases what the connection holds; after <see cref="RunAsync"/>.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _closing.Dispose();
    }

    // Either half that ends, for whatever reason, ends the other.
    private async Task GuardAsync(Func<CancellationToken, Task> half)
    {
        try
        {
            await half(_closing.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Close(e is SocketException { SocketErrorCode: var code } ? $"the connection broke ({code})" : "closed");
        }
        catch (Exception e) // nothing that one slave causes may touch the master or another slave
        {
            _logger.SlaveFailed(e, Address);
            Close("an error of this broker");
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[ReceiveSize];
        var reports = new ReportReader();
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            if (received == 0)
            {
                Close("the slave closed the connection");
                return;
            }

            Volatile.Write(ref _heardAt, _clock.GetTimestamp());
            if (!Take(reports, buffer.AsSpan(0, received)))
            {
                return;
            }
        }
    }

    private bool Take(ReportReader reports, ReadOnlySpan<byte> received)
    {
        var moved = false;
        while (reports.TryRead(ref received, out var offset))
        {
            if (!HasAsked)
            {
                if (offset < 0)
                {
                    Close($"it asks for offset {offset}, which is no offset");
                    return false;
                }

                lock (_sums) // whoever sees that it has asked also finds it in the sums
                {
                    Begin(offset);
                    Volatile.Write(ref _acked, offset);
                    Volatile.Write(ref _requested, offset);
                    _moved();
                }

                _signal.Set();
                continue;
            }

            var acked = AckedOffset;
            if (offset < acked || offset > SentOffset)
            {
                Close(
                    $"it reports offset {offset}, but it reported {acked} before and everything sent to it ends at {SentOffset}; it is no "
                    + "slave of this log");
                return false;
            }

            moved |= offset > acked;
            Volatile.Write(ref _acked, offset);
        }

        if (moved)
        {
            _moved();
        }

        return true;
    }

    // Heartbeats are the sender's; it is woken for them.
    private void Watch()
    {
        var now = _clock.GetTimestamp();
        if (_clock.GetElapsedTime(Volatile.Read(ref _heardAt), now) > _silenceAllowed)
        {
            Close(HasAsked
                ? $"it has said nothing for {_silenceAllowed.TotalSeconds:0.#} s"
                : $"it has not asked for anything within {_silenceAllowed.TotalSeconds:0.#} s");
            return;
        }

        var sendingSince = Volatile.Read(ref _sendingSince);
        if (sendingSince != 0 && _clock.GetElapsedTime(sendingSince, now) > _silenceAllowed)
        {
            Close($"it has read nothing for {_silenceAllowed.TotalSeconds:0.#} s");
            return;
        }

        SayHowItFares();
        _signal.Set();
    }

    // When it changes, not with every look.
    private void SayHowItFares()
    {
        var status = Status;
        if (status.State == SlaveState.FarBehind && !_saidFarBehind)
        {
            _saidFarBehind = true;
            _logger.SlaveFarBehind(Address, status.LagBytes);
        }
        else if (status.State == SlaveState.InSync && _saidFarBehind)
        {
            _saidFarBehind = false;
            _logger.SlaveCaughtUp(Address);
        }
    }
}
