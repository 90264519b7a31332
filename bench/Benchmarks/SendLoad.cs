using System.Diagnostics;
using Rocketeer.Storage;

namespace Rocketeer.Benchmarks;

/// <summary>One sender with a number of 1 KiB messages on their way at once: the next goes when one is as durable as configured.</summary>
internal static class SendLoad
{
    private const int BodySize = 1024;

    /// <summary>Sends for some seconds.</summary>
    /// <returns>Messages per second.</returns>
    public static double Run(MessageStore store, int inFlight, double seconds)
    {
        var body = new byte[BodySize];
        using var free = new SemaphoreSlim(inFlight);
        var waiters = new Stack<Waiter>();
        for (var i = 0; i < inFlight; i++)
        {
            waiters.Push(new Waiter(waiters, free));
        }

        var start = Stopwatch.GetTimestamp();
        var messages = 0L;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            free.Wait();
            Waiter waiter;
            lock (waiters)
            {
                waiter = waiters.Pop();
            }

            store.WhenDurable(store.Put(BenchmarkStore.Message(body)), waiter);
            messages++;
        }

        for (var i = 0; i < inFlight; i++)
        {
            free.Wait();
        }

        return messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private sealed class Waiter(Stack<Waiter> waiters, SemaphoreSlim free) : DurabilityWaiter
    {
        protected internal override void Completed(PutStatus status)
        {
            lock (waiters)
            {
                waiters.Push(this);
            }

            free.Release();
        }
    }
}
