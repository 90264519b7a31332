using System.Collections.Concurrent;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Remoting;

/// <summary>
/// A bounded queue with a fixed number of requests in work at once. It has no threads of its own: work runs on the thread pool while
/// there is any. Thread-safe.
/// </summary>
/// <param name="name">Names it in metrics and in the log.</param>
/// <param name="capacity">Requests that may wait; at least 1.</param>
/// <param name="concurrency">Requests in work at once; at least 1.</param>
public sealed class RequestQueue(string name, int capacity, int concurrency)
{
    private readonly ConcurrentQueue<Work> _waiting = new();
    private int _count;
    private int _workers;

    /// <summary>Names it in metrics and in the log.</summary>
    public string Name { get; } = name;

    /// <summary>Requests that may wait.</summary>
    public int Capacity { get; } = AtLeastOne(capacity, nameof(capacity));

    /// <summary>Requests in work at once.</summary>
    public int Concurrency { get; } = AtLeastOne(concurrency, nameof(concurrency));

    /// <summary>Requests that wait now.</summary>
    public int Waiting => Volatile.Read(ref _count);

    /// <summary>Queues a request.</summary>
    /// <returns>False when the queue is full; nothing was queued.</returns>
    internal bool TryEnqueue(RemotingCommand request, Responder responder, IAsyncRequestHandler handler)
    {
        if (Interlocked.Increment(ref _count) > Capacity)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        _waiting.Enqueue(new Work(request, responder, handler));
        StartWorker();
        return true;
    }

    private static int AtLeastOne(int value, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, parameter);
        return value;
    }

    private void StartWorker()
    {
        var workers = Volatile.Read(ref _workers);
        while (workers < Concurrency)
        {
            var seen = Interlocked.CompareExchange(ref _workers, workers + 1, workers);
            if (seen == workers)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static queue => _ = queue.WorkAsync(), this, preferLocal: false);
                return;
            }

            workers = seen;
        }
    }

    /// <summary>Works until the queue is empty. Never fails: <see cref="RequestDispatcher"/> turns a handler's exception into an answer.</summary>
    private async Task WorkAsync()
    {
        while (_waiting.TryDequeue(out var work))
        {
            Interlocked.Decrement(ref _count);
            await RequestDispatcher.HandleAsync(work.Handler, work.Request, work.Responder).ConfigureAwait(false);
        }

        Interlocked.Decrement(ref _workers);
        if (!_waiting.IsEmpty)
        {
            // Queued between our last look and the decrement, when it seemed that every worker was busy.
            StartWorker();
        }
    }

    private readonly record struct Work(RemotingCommand Request, Responder Responder, IAsyncRequestHandler Handler);
}
