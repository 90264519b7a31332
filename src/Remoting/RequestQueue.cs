using Rocketeer.Protocol.Commands;

namespace Rocketeer.Remoting;

/// <summary>
/// A bounded queue with a fixed number of requests in work at once. It has no threads of its own: work runs on the thread pool while
/// there is any. Thread-safe.
/// </summary>
/// <param name="name">Names it in metrics and in the log.</param>
/// <param name="capacity">Requests that may wait; at least 1.</param>
/// <param name="concurrency">Requests in work at once; at least 1.</param>
/// <param name="clock">Tells how long a request waits; the system's when it is left out.</param>
public sealed class RequestQueue(string name, int capacity, int concurrency, TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private readonly Queue<Work> _waiting = new();
    private int _workers;

    /// <summary>Names it in metrics and in the log.</summary>
    public string Name { get; } = name;

    /// <summary>Requests that may wait.</summary>
    public int Capacity { get; } = AtLeastOne(capacity, nameof(capacity));

    /// <summary>Requests in work at once.</summary>
    public int Concurrency { get; } = AtLeastOne(concurrency, nameof(concurrency));

    /// <summary>Requests that wait now.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>How long the request at the head has waited; zero when none waits.</summary>
    public TimeSpan HeadWait
    {
        get
        {
            lock (_lock)
            {
                return _waiting.TryPeek(out var head) ? _clock.GetElapsedTime(head.Since) : TimeSpan.Zero;
            }
        }
    }

    /// <summary>
    /// Takes requests from the head that have waited too long and answers them SYSTEM_BUSY: their senders have given up or will soon, and
    /// those behind get their turn earlier.
    /// </summary>
    /// <param name="limit">Longest wait; a request that waited exactly so long goes too.</param>
    /// <param name="remark">Makes the remark from the time that the request waited and the number of requests behind it.</param>
    /// <returns>How many were answered.</returns>
    public int RefuseOlderThan(TimeSpan limit, Func<TimeSpan, int, string> remark)
    {
        ArgumentNullException.ThrowIfNull(remark);
        var refused = 0;
        while (TryTakeOlderThan(limit, out var work, out var waited, out var behind))
        {
            RemotingInstruments.Refused(Name);
            work.Responder.Reply(ResponseCode.SystemBusy, remark(waited, behind));
            if (work.Request.IsOneWay)
            {
                work.Responder.Connection.RequestEnds();
            }

            refused++;
        }

        return refused;
    }

    /// <summary>Queues a request.</summary>
    /// <returns>False when the queue is full; nothing was queued.</returns>
    internal bool TryEnqueue(RemotingCommand request, Responder responder, IAsyncRequestHandler handler)
    {
        lock (_lock)
        {
            if (_waiting.Count >= Capacity)
            {
                return false;
            }

            _waiting.Enqueue(new Work(request, responder, handler, _clock.GetTimestamp()));
            if (_workers == Concurrency)
            {
                return true;
            }

            _workers++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static queue => _ = queue.WorkAsync(), this, preferLocal: false);
        return true;
    }

    private static int AtLeastOne(int value, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, parameter);
        return value;
    }

    private bool TryTakeOlderThan(TimeSpan limit, out Work work, out TimeSpan waited, out int behind)
    {
        lock (_lock)
        {
            waited = _waiting.TryPeek(out work) ? _clock.GetElapsedTime(work.Since) : TimeSpan.MinValue;
            var isOld = waited >= limit;
            if (isOld)
            {
                _waiting.Dequeue();
            }

            behind = _waiting.Count;
            return isOld;
        }
    }

    /// <summary>Works until the queue is empty. Never fails: <see cref="RequestDispatcher"/> turns a handler's exception into an answer.</summary>
    private async Task WorkAsync()
    {
        while (TryTake(out var work))
        {
            await RequestDispatcher.HandleAsync(work.Handler, work.Request, work.Responder).ConfigureAwait(false);
        }
    }

    /// <summary>The next request for a worker, which ends when there is none.</summary>
    private bool TryTake(out Work work)
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out work))
            {
                return true;
            }

            _workers--;
            return false;
        }
    }

    private readonly record struct Work(RemotingCommand Request, Responder Responder, IAsyncRequestHandler Handler, long Since);
}
