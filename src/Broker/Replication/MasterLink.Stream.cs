using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Replication;

// One connection: what comes is compared or appended, how far this log is goes back. Reports are coalesced: one for all that came meanwhile.
internal sealed partial class MasterLink
{
    private const int ReceiveSize = 512 * 1024;
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(10);

    private async Task<FollowEnd> StreamAsync(Socket socket, FollowSession session, CancellationToken cancellationToken)
    {
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var stream = new Reports(this, socket, session);
        await stream.RequestAsync(cancellationToken);
        var reporting = stream.RunAsync(closing.Token);
        try
        {
            return await ReceiveAsync(socket, session, stream, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException && stream.Silence is { } silence)
        {
            throw new TimeoutException(silence, e);
        }
        finally
        {
            await closing.CancelAsync();
            socket.Dispose();
            await reporting;
        }
    }

    private async Task<FollowEnd> ReceiveAsync(Socket socket, FollowSession session, Reports reports, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveSize);
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
                if (received == 0)
                {
                    return FollowEnd.None;
                }

                reports.Heard();
                var end = await TakeAsync(session, buffer.AsMemory(0, received), cancellationToken);
                if (end != FollowEnd.None)
                {
                    return end;
                }

                if (session.IsVerified && _state != FollowState.Following)
                {
                    Verified();
                }

                await reports.ReportAsync(cancellationToken); // from here, not from the other loop: a sender may be waiting for it
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<FollowEnd> TakeAsync(FollowSession session, ReadOnlyMemory<byte> received, CancellationToken cancellationToken)
    {
        while (true)
        {
            var rest = received.Span;
            var end = session.Take(ref rest);
            if (end != FollowEnd.Busy)
            {
                return end;
            }

            received = received[^rest.Length..];
            await Task.Delay(BusyPause, _clock, cancellationToken); // the disk is tens of megabytes behind
        }
    }

    private async Task WhenDurableAsync(long offset, CancellationToken cancellationToken)
    {
        var signal = new Signal();
        _log.WhenDurable(new DurabilitySignal(signal), offset);
        await signal.WaitAsync(cancellationToken);
    }

    private sealed class DurabilitySignal(Signal signal) : DurabilityWaiter
    {
        /// <summary>True while it waits.</summary>
        public volatile bool IsWaiting;

        protected override void Completed(PutStatus status)
        {
            IsWaiting = false;
            if (status == PutStatus.Ok)
            {
                signal.Set(); // a disk that is late or broken is asked again with the next report
            }
        }
    }

    /// <summary>Tells the master how far this log is: first the request, then whenever it got further, then now and then.</summary>
    private sealed class Reports : IDisposable
    {
        private readonly MasterLink _link;
        private readonly Socket _socket;
        private readonly FollowSession _session;
        private readonly Signal _signal = new();
        private readonly SemaphoreSlim _turn = new(1); // no wait handle is made of it, so it needs no disposing
        private readonly DurabilitySignal _durable;
        private readonly byte[] _report = new byte[FrameLayout.ReportLength];
        private readonly TimeSpan _interval;
        private readonly TimeSpan _silenceAllowed;
        private readonly ITimer _timer;
        private long _reported;
        private long _reportedAt;
        private long _heardAt;
        private volatile bool _isDisposed;

        public Reports(MasterLink link, Socket socket, FollowSession session)
        {
            _link = link;
            _socket = socket;
            _session = session;
            _reported = session.Request;
            _durable = new DurabilitySignal(_signal);
            _interval = TimeSpan.FromMilliseconds(link._settings.HaSendHeartbeatInterval);
            _silenceAllowed = TimeSpan.FromMilliseconds(link._settings.HaHousekeepingInterval);
            _heardAt = link._clock.GetTimestamp();
            var period = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, Math.Min(_interval.Ticks, _silenceAllowed.Ticks) / 4));
            _timer = link._clock.CreateTimer(static reports => ((Reports)reports!).Watch(), this, period, period);
        }

        /// <summary>Something came.</summary>
        public void Heard() => Volatile.Write(ref _heardAt, _link._clock.GetTimestamp());

        /// <summary>Reports what there is to report, and asks to be told when what is not on the disk yet is.</summary>
        public async ValueTask ReportAsync(CancellationToken cancellationToken)
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                AskForDurability();
                var reportable = Math.Max(_reported, _session.Reportable);
                if (reportable > _reported || _link._clock.GetElapsedTime(_reportedAt) >= _interval)
                {
                    await SendAsync(reportable, cancellationToken);
                }
            }
            finally
            {
                _turn.Release();
            }
        }

        /// <summary>Why the connection was given up, when it was for silence.</summary>
        public string? Silence { get; private set; }

        /// <summary>Asks for the log from the session's offset on.</summary>
        public ValueTask RequestAsync(CancellationToken cancellationToken) => SendAsync(_session.Request, cancellationToken);

        /// <summary>Reports what became durable, and now and then, until cancelled or the connection breaks.</summary>
        public async Task RunAsync(CancellationToken cancellationToken)
        {
            try
            {
                while (true)
                {
                    await _signal.WaitAsync(cancellationToken);
                    await ReportAsync(cancellationToken);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                _socket.Dispose(); // who receives learns it, and concludes
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _isDisposed = true;
            _timer.Dispose();
        }

        private void AskForDurability()
        {
            var log = _link._log;
            var appended = log.AppendedOffset;
            if (log.DurableOffset < appended && !_durable.IsWaiting)
            {
                _durable.IsWaiting = true;
                log.WhenDurable(_durable, appended);
            }
        }

        private async ValueTask SendAsync(long offset, CancellationToken cancellationToken)
        {
            BinaryPrimitives.WriteInt64BigEndian(_report, offset);
            await _socket.SendAsync(_report, SocketFlags.None, cancellationToken);
            _reported = offset;
            _reportedAt = _link._clock.GetTimestamp();
        }

        private void Watch()
        {
            if (_isDisposed)
            {
                return;
            }

            if (_link._clock.GetElapsedTime(Volatile.Read(ref _heardAt)) > _silenceAllowed)
            {
                Silence = $"the master said nothing for {_silenceAllowed.TotalSeconds:0.#} s.";
                _socket.Dispose();
                return;
            }

            _signal.Set();
        }
    }
}
