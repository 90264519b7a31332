using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Storage.Replication;

namespace Rocketeer.Broker.Replication;

/// <summary>
/// Follows one master until it is stopped (reference: store.md section 17.3): connects, compares, copies, reports; connects again when the
/// connection breaks; cuts the own log off where it is not the master's. MasterLink.Stream.cs has one connection's reading and reporting.
/// </summary>
internal sealed partial class MasterLink : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ReplicationLog _log;
    private readonly ReplicationSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Alignment _alignment;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private volatile string? _problem;
    private volatile bool _isDiverged;
    private volatile FollowState _state;

    /// <summary>Begins to follow.</summary>
    /// <param name="address"><c>host:port</c> of the master's HA port.</param>
    /// <param name="log">The own log.</param>
    /// <param name="settings">Intervals and sizes.</param>
    /// <param name="clock">Clock of the intervals.</param>
    /// <param name="logger">Log of the broker.</param>
    public MasterLink(string address, ReplicationLog log, ReplicationSettings settings, TimeProvider clock, ILogger logger)
    {
        Address = address;
        _log = log;
        _settings = settings;
        _clock = clock;
        _logger = logger;
        _alignment = new Alignment(log, settings.HaVerifyBytes);
        _running = Task.Run(RunAsync);
    }

    /// <summary>The master.</summary>
    public string Address { get; }

    /// <summary>How it goes.</summary>
    public MasterLinkStatus Status => new(Address, _state, _log.AppendedOffset, _isDiverged, _problem);

    /// <summary>Stops; nothing is appended any more when it completes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        _logger.FollowBegins(Address, _log.AppendedOffset);
        var pause = FirstPause;
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                var went = await ConnectOnceAsync(_stopping.Token);
                _state = FollowState.Connecting;
                pause = went == Went.Well ? FirstPause : TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, pause.Ticks * 2));
                if (went != Went.AskAgain)
                {
                    await Task.Delay(pause, _clock, _stopping.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // asked to stop
        }

        _logger.FollowEnded(Address);
    }

    private async Task<Went> ConnectOnceAsync(CancellationToken cancellationToken)
    {
        var wasCopying = false;
        try
        {
            using var socket = await ConnectAsync(cancellationToken);
            await WaitUntilReadableAsync(cancellationToken);
            var session = new FollowSession(_log, _alignment.NextRequest(), _alignment.IsProbing);
            _state = FollowState.Verifying;
            var end = await StreamAsync(socket, session, cancellationToken);
            wasCopying = _state == FollowState.Following;
            return Conclude(session, end);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or TimeoutException)
        {
            wasCopying = _state == FollowState.Following;
            Interrupted(e is SocketException { SocketErrorCode: var code } ? $"the connection failed ({code})." : e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) // the disk, or a mistake of ours: the link goes on trying, and says what it was
        {
            _problem = e.Message;
            _logger.FollowFailed(e, Address);
        }

        return wasCopying ? Went.Well : Went.Badly;
    }

    private Went Conclude(FollowSession session, FollowEnd end)
    {
        AlignmentStep step;
        switch (end)
        {
            case FollowEnd.Differs:
                step = _alignment.Differs(session.Request, session.Position);
                break;
            case FollowEnd.MasterEnds:
                step = _alignment.MasterEnds(session.Request, session.Position);
                break;
            case FollowEnd.NothingThere:
                step = _alignment.NothingThere(session.Request);
                break;
            case FollowEnd.Probed:
                step = _alignment.Probed(session.Position, session.ProbedEmpty);
                break;
            default:
                Interrupted(session.Detail ?? "the master closed the connection.");
                return _state == FollowState.Following ? Went.Well : Went.Badly;
        }

        _isDiverged = true;
        if (step.CutAt is { } cutAt)
        {
            var tail = _log.CutOff(cutAt);
            _logger.FollowDiverged(Address, step.Sentence!, tail?.Length ?? 0, tail?.Offset ?? cutAt, tail?.Directory ?? "no place, there was nothing");
        }
        else if (step.Sentence is { } sentence)
        {
            Interrupted(sentence);
            return Went.Badly;
        }

        return Went.AskAgain;
    }

    // Said when it changes, not with every attempt.
    private void Interrupted(string reason)
    {
        if (_problem != reason)
        {
            _problem = reason;
            _logger.FollowInterrupted(Address, reason);
        }
    }

    private void Verified()
    {
        _alignment.Verified();
        _problem = null;
        _isDiverged = false;
        _state = FollowState.Following;
        _logger.FollowVerified(Address, _log.AppendedOffset);
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var colon = Address.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(Address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new TimeoutException($"{Address} is not host:port.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timeout = new CancellationTokenSource(ConnectTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await socket.ConnectAsync(Address[..colon].Trim('[', ']'), port, either.Token);
            return socket;
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"no answer within {ConnectTimeout.TotalSeconds} s.", e);
            }

            throw;
        }
    }

    // Under synchronous flush the end of the log is readable a moment after it was appended; comparing needs all of it.
    private Task WaitUntilReadableAsync(CancellationToken cancellationToken) =>
        _log.MaxOffset >= _log.AppendedOffset ? Task.CompletedTask : WhenDurableAsync(_log.AppendedOffset, cancellationToken);

    private enum Went
    {
        /// <summary>Something was copied, or could have been.</summary>
        Well,

        /// <summary>Nothing was.</summary>
        Badly,

        /// <summary>The logs are being compared: ask again without a pause.</summary>
        AskAgain,
    }
}
