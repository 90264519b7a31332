using System.Diagnostics.CodeAnalysis;

namespace Rocketeer.Remoting.Pipeline;

/// <summary>
/// The requests of one connection that wait for an answer, by opaque. One timer serves them all: it is set to the earliest deadline known,
/// looks at every request when it fires, and is set again, so that steady traffic costs one look per time-out and nothing per request.
/// Thread-safe.
/// </summary>
internal sealed class PendingRequests(TimeProvider clock, Func<string> remoteAddress) : IDisposable
{
    /// <summary>Two looks at the table are at least so far apart: the precision of short time-outs, and a bound for the work.</summary>
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(5);

    private static int _lastOpaque;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, PendingRequest> _table = [];
    private ITimer? _timer;
    private long _timerFiresAt = long.MaxValue;
    private Exception? _closedBecause;

    /// <summary>A correlation id, unique in this process until 2^32 more were made.</summary>
    public static int NextOpaque() => Interlocked.Increment(ref _lastOpaque);

    /// <summary>Adds a request under a fresh opaque.</summary>
    /// <param name="code">Request code, for messages.</param>
    /// <param name="timeout">How long it may wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="permits">Gets one permit back when the request is completed.</param>
    /// <param name="reader">Copies the answer.</param>
    /// <exception cref="RemotingSendException">The connection is closed; the permit is given back.</exception>
    public PendingRequest Add(int code, TimeSpan timeout, Permits permits, AnswerReader? reader = null)
    {
        var opaque = NextOpaque();
        var deadline = timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : clock.GetTimestamp() + ToTimestamp(timeout);
        var request = new PendingRequest(this, opaque, code, deadline, timeout, permits) { Reader = reader };
        Exception? refusal;
        lock (_gate)
        {
            refusal = _closedBecause;
            if (refusal is null)
            {
                _table.Add(opaque, request);
            }
        }

        if (refusal is not null)
        {
            permits.Release();
            throw new RemotingSendException($"Request {code} was not sent: the connection to {remoteAddress()} is closed.", refusal);
        }

        FireBy(deadline);
        return request;
    }

    /// <summary>Takes a request out; whoever succeeds completes it.</summary>
    public bool TryTake(int opaque, [MaybeNullWhen(false)] out PendingRequest request)
    {
        lock (_gate)
        {
            return _table.Remove(opaque, out request);
        }
    }

    /// <summary>Fails every request and refuses new ones. Idempotent.</summary>
    public void Close(Exception because)
    {
        PendingRequest[] waiting;
        lock (_gate)
        {
            if (_closedBecause is not null)
            {
                return;
            }

            _closedBecause = because;
            waiting = [.. _table.Values];
            _table.Clear();
        }

        foreach (var request in waiting)
        {
            request.Fail(new RemotingSendException(
                $"The connection to {remoteAddress()} ended before request {request.Code} was answered; it may have been served.", because));
        }

        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
            _timerFiresAt = long.MinValue; // nothing sets it again
        }
    }

    /// <summary>Makes sure that the timer fires no later than a deadline.</summary>
    private void FireBy(long deadline)
    {
        if (deadline >= Volatile.Read(ref _timerFiresAt))
        {
            return;
        }

        lock (_gate)
        {
            if (deadline >= _timerFiresAt)
            {
                return;
            }

            Volatile.Write(ref _timerFiresAt, deadline);
            var wait = clock.GetElapsedTime(clock.GetTimestamp(), deadline);
            var due = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 1, int.MaxValue));
            if (_timer is null)
            {
                // The timer belongs to the connection, not to the caller whose request happens to be the first.
                using (ExecutionContext.SuppressFlow())
                {
                    _timer = clock.CreateTimer(static table => ((PendingRequests)table!).ExpireDue(), this, due, Timeout.InfiniteTimeSpan);
                }
            }
            else
            {
                _timer.Change(due, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void ExpireDue()
    {
        List<PendingRequest>? expired = null;
        var next = long.MaxValue;
        lock (_gate)
        {
            if (_timer is null)
            {
                return;
            }

            var now = clock.GetTimestamp();
            foreach (var request in _table.Values)
            {
                if (request.Deadline <= now)
                {
                    (expired ??= []).Add(request);
                }
                else
                {
                    next = Math.Min(next, request.Deadline);
                }
            }

            foreach (var request in expired ?? [])
            {
                _table.Remove(request.Opaque);
            }

            Volatile.Write(ref _timerFiresAt, long.MaxValue);
            next = next == long.MaxValue ? next : Math.Max(next, now + ToTimestamp(MinPause));
        }

        FireBy(next);
        foreach (var request in expired ?? [])
        {
            request.Fail(new RemotingTimeoutException(
                $"{remoteAddress()} did not answer request {request.Code} within {request.Timeout.TotalMilliseconds} ms."));
        }
    }

    private long ToTimestamp(TimeSpan span) => (long)(span.TotalSeconds * clock.TimestampFrequency);
}
