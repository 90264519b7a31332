using System.Net;
using DotNetty.Common.Concurrency;
using DotNetty.Transport.Channels;
using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting.Pipeline;
using Rocketeer.Remoting.Transport;
using TaskCompletionSource = System.Threading.Tasks.TaskCompletionSource;

namespace Rocketeer.Remoting;

/// <summary>One open connection, of either side. Thread-safe. Equality is identity.</summary>
#pragma warning disable CA1001 // The semaphore holds no system handle.
public sealed class RemotingConnection
#pragma warning restore CA1001
{
    private readonly ConnectionSet _set;
    private readonly IChannel _channel;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IPEndPoint _remote;

    /// <summary>Held by the one caller who may write next, among those who wait for room.</summary>
    private readonly SemaphoreSlim _turn = new(1);
    private string? _closeReason;
    private long _lastActivity;
    private int _unanswered;
    private int _paused;
    private volatile int _inlineOpaque;

    internal RemotingConnection(ConnectionSet set, FrameHandler handler, IChannelHandlerContext context, IPEndPoint remote)
    {
        _set = set;
        _channel = context.Channel;
        _remote = remote.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(remote.Address.MapToIPv4(), remote.Port) : remote;
        RemoteAddress = _remote.ToString();
        RemoteHost = HostAddress.From(_remote);
        Handler = handler;
        Output = new ConnectionOutput(this, context, set.Limits);
        Pending = new PendingRequests(set.Clock, () => RemoteAddress);
        TouchActivity();
    }

    /// <summary><c>ip:port</c> of the peer.</summary>
    public string RemoteAddress { get; }

    /// <summary>The peer; IPv4 addresses are never in their IPv6 form.</summary>
    public IPEndPoint RemoteEndPoint => _remote;

    /// <summary>The peer's address as records store it.</summary>
    public HostAddress RemoteHost { get; }

    /// <summary>False once either side closed it.</summary>
    public bool IsOpen => Volatile.Read(ref _closeReason) is null;

    /// <summary>False while more bytes wait to be sent than the high-water mark allows; callers that push data should hold back.</summary>
    public bool IsWritable => IsOpen && Output.IsWritable;

    internal ConnectionOutput Output { get; }

    internal PendingRequests Pending { get; }

    internal FrameHandler Handler { get; }

    internal CancellationToken Stopping => _set.Stopping;

    internal ILogger Logger => _set.Logger;

    /// <summary>Requests of the peer that were not answered yet.</summary>
    internal int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>True while requests of the peer are left unread because it does not take its answers.</summary>
    internal bool IsPaused => Volatile.Read(ref _paused) != 0;

    /// <summary>Timestamp of the set's clock when bytes last came or went.</summary>
    internal long LastActivity => Volatile.Read(ref _lastActivity);

    /// <summary>Sends a request to the peer and waits for its answer.</summary>
    /// <exception cref="RemotingTimeoutException">No answer in time; the connection stays open.</exception>
    /// <exception cref="RemotingSendException">The connection closed before the answer came.</exception>
    /// <exception cref="RemotingTooManyRequestsException">No permit was free in time.</exception>
    public ValueTask<RemotingCommand> InvokeAsync(RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken) =>
        InvokeAsync(request, null, timeout, cancellationToken);

    /// <summary>Sends a request to the peer and waits for its answer, of which a reader takes what is wanted.</summary>
    /// <exception cref="RemotingException">As the other overload.</exception>
    public ValueTask<RemotingCommand> InvokeAsync(
        RemotingCommand request, AnswerReader? reader, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<RemotingCommand>(cancellationToken);
        }

        return Output.IsWritable && _set.AsyncPermits.TryTake()
            ? Invoke(request, reader, timeout, cancellationToken)
            : InvokeWhenPermittedAsync(request, reader, timeout, cancellationToken);
    }

    /// <summary>Sends a request that wants no answer; completes when it is handed to the connection's output.</summary>
    /// <exception cref="RemotingSendException">The connection is closed.</exception>
    /// <exception cref="RemotingTooManyRequestsException">No permit was free in time.</exception>
    public ValueTask SendOneWayAsync(RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        return Output.IsWritable && _set.OneWayPermits.TryTake()
            ? SendOneWay(request)
            : SendOneWayWhenPermittedAsync(request, timeout, cancellationToken);
    }

    /// <summary>Closes the connection; pending invocations fail at once. Idempotent.</summary>
    public Task CloseAsync()
    {
        Close("this side closed it");
        return _ended.Task;
    }

    /// <summary>Begins to close, with a reason that pending invocations and the log will show.</summary>
    internal void Close(string reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, reason, null) is not null)
        {
            return;
        }

        Pending.Close(new IOException($"The connection ended: {reason}."));
        OnLoop(static connection => connection.CloseChannel());
    }

    /// <summary>Closes because of something that the peer did wrong.</summary>
    internal void Abort(string reason)
    {
        if (IsOpen)
        {
            _set.Logger.ConnectionAborted(RemoteAddress, reason);
            Close(reason);
        }
    }

    /// <summary>The channel is closed. Called once, on the event loop.</summary>
    internal void Ended()
    {
        Interlocked.CompareExchange(ref _closeReason, "the peer closed it", null);
        _set.Logger.ConnectionClosed(RemoteAddress, _closeReason!);
        Pending.Close(new IOException($"The connection ended: {_closeReason}."));
        Output.Close();
        _set.Remove(this);
        _ended.TrySetResult();
    }

    internal void TouchActivity() => Volatile.Write(ref _lastActivity, _set.Clock.GetTimestamp());

    internal void RequestBegins() => Interlocked.Increment(ref _unanswered);

    /// <summary>Whether the request of the inline handler that runs now was answered.</summary>
    internal bool InlineAnswered { get; private set; }

    /// <summary>An inline handler begins with a request. On the event loop.</summary>
    internal void InlineBegins(int opaque) => (_inlineOpaque, InlineAnswered) = (opaque, false);

    internal void RequestAnswered(int opaque)
    {
        InlineAnswered |= opaque == _inlineOpaque;
        RequestEnds();
    }

    internal void RequestEnds()
    {
        Interlocked.Decrement(ref _unanswered);
        if (_set.IsStopping)
        {
            _set.CompleteWhenNothingIsInWork();
        }
    }

    /// <summary>The output has grown over the high-water mark. From any thread.</summary>
    internal void Congested(long pending)
    {
        if (pending > _set.Limits.OutputLimit)
        {
            Abort($"{pending} bytes wait to be sent to it and it does not take them (the limit is {_set.Limits.OutputLimit})");
        }
        else if (_set.Limits.PausesReading && Interlocked.Exchange(ref _paused, 1) == 0)
        {
            _set.Logger.ReadingPaused(RemoteAddress, pending);
            OnLoop(static connection => connection.Handler.ApplyPause());
        }
    }

    /// <summary>The channel is done with a batch of output. On the event loop.</summary>
    internal void Sent(int bytes, int oneWayPermits)
    {
        TouchActivity();
        RemotingInstruments.Sent(bytes);
        if (oneWayPermits > 0)
        {
            _set.OneWayPermits.Release(oneWayPermits);
        }

        if (IsPaused && TryResume())
        {
            OnLoop(static connection => connection.Handler.ApplyPause());
        }
    }

    /// <summary>
    /// Ends the pause if there is room again. Asked on the event loop when output has left, and before reading stops: what congested the
    /// connection may be gone by then, and nothing would ask again.
    /// </summary>
    internal bool TryResume()
    {
        if (!Output.HasRoom || Interlocked.Exchange(ref _paused, 0) == 0)
        {
            return false;
        }

        _set.Logger.ReadingResumed(RemoteAddress);
        return true;
    }

    internal void WriteFailed(Exception failure) => _set.Logger.WriteFailed(failure, RemoteAddress);

    internal void AnswerFailed(Exception failure, int code) => _set.Logger.AnswerFailed(failure, code, RemoteAddress);

    /// <summary>Waits until the peer's system has taken every byte, then closes.</summary>
    internal async Task DrainAndCloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Output.WaitDrainedAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _set.Logger.ConnectionAborted(RemoteAddress, "it does not take its answers and the grace period is over");
        }

        await CloseAsync().ConfigureAwait(false);
    }

    private void CloseChannel()
    {
        Output.Flush();
        _channel.CloseSafe();
    }

    /// <summary>Later on the loop, with a clean stack; never inside a handler or a write.</summary>
    private void OnLoop(Action<RemotingConnection> action)
    {
        try
        {
            _channel.EventLoop.Execute(static (act, connection) => ((Action<RemotingConnection>)act)((RemotingConnection)connection), action, this);
        }
        catch (RejectedExecutionException rejection)
        {
            // The loop closed all its channels when it ended.
            _set.Logger.ConnectionFailed(rejection, RemoteAddress);
        }
    }

    private ValueTask<RemotingCommand> Invoke(
        RemotingCommand request, AnswerReader? reader, TimeSpan timeout, CancellationToken cancellationToken)
    {
        PendingRequest? pending = null;
        try
        {
            pending = Pending.Add(request.Code, timeout, _set.AsyncPermits, reader);
            pending.CancelOn(cancellationToken);
            Write(request, pending.Opaque, CommandFlags.None, 0);
            return pending.Task;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            if (pending is not null && Pending.TryTake(pending.Opaque, out _))
            {
                pending.Fail(failure);
            }

            return pending?.Task ?? ValueTask.FromException<RemotingCommand>(failure);
        }
    }

    private async ValueTask<RemotingCommand> InvokeWhenPermittedAsync(
        RemotingCommand request, AnswerReader? reader, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ValueTask<RemotingCommand> answer;
        var rest = await TakeTurnAsync(_set.AsyncPermits, timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            answer = Invoke(request, reader, rest, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }

        return await answer.ConfigureAwait(false);
    }

    private ValueTask SendOneWay(RemotingCommand request)
    {
        try
        {
            Write(request, PendingRequests.NextOpaque(), CommandFlags.OneWay, 1);
            return ValueTask.CompletedTask;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _set.OneWayPermits.Release();
            return ValueTask.FromException(failure);
        }
    }

    private async ValueTask SendOneWayWhenPermittedAsync(RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await TakeTurnAsync(_set.OneWayPermits, timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            await SendOneWay(request).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Waits for a permit and for room in the output. Waiting callers go through one by one, each after the one before has written, so
    /// that they do not all rush into the room that has just become free. The caller releases the turn when it has written.
    /// </summary>
    /// <returns>What is left of the time-out.</returns>
    private async ValueTask<TimeSpan> TakeTurnAsync(Permits permits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var begin = _set.Clock.GetTimestamp();
        await permits.TakeAsync(timeout, cancellationToken).ConfigureAwait(false);
        using var deadline = new Deadline(Rest(timeout, begin), _set.Clock, cancellationToken);
        var hasTurn = false;
        try
        {
            await _turn.WaitAsync(deadline.Token).ConfigureAwait(false);
            hasTurn = true;
            await Output.WaitWritableAsync(deadline.Token).ConfigureAwait(false);
            return Rest(timeout, begin);
        }
        catch (OperationCanceledException)
        {
            if (hasTurn)
            {
                _turn.Release();
            }

            permits.Release();
            cancellationToken.ThrowIfCancellationRequested();
            throw new RemotingTooManyRequestsException(
                $"Nothing was sent: {RemoteAddress} did not take what was sent before within {timeout.TotalMilliseconds} ms.");
        }
    }

    private TimeSpan Rest(TimeSpan timeout, long begin)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return timeout;
        }

        var rest = timeout - _set.Clock.GetElapsedTime(begin);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    /// <summary>Two callers may send the same command object to two peers at once: each sends it with its own opaque.</summary>
    private void Write(RemotingCommand request, int opaque, CommandFlags flags, int oneWayPermits)
    {
        lock (request)
        {
            request.Opaque = opaque;
            request.Flags = flags;
            request.SerializeType = _set.Serialization ?? request.SerializeType;
            _set.Signer?.Sign(request);
            if (!Output.Write(request, oneWayPermits))
            {
                throw new RemotingSendException($"Request {request.Code} was not sent: the connection to {RemoteAddress} is closed.");
            }
        }
    }
}
