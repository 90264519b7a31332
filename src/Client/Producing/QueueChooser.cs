using System.Collections.Concurrent;
using Rocketeer.Client.Routing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Producing;

/// <summary>
/// Spreads messages over the queues of a topic: round robin from a random start, another broker on a retry, and with fault avoidance none
/// that is blocked as long as there is another (reference: namesrv-and-client.md C3, without the defects of part F6). Thread-safe.
/// </summary>
internal sealed class QueueChooser(BrokerFaultTable? faults)
{
    private readonly ConcurrentDictionary<string, Counter> _counters = new(StringComparer.Ordinal);

    /// <summary>The queue for the next attempt.</summary>
    /// <param name="route">A route with at least one queue to send to.</param>
    /// <param name="failedBroker">The broker of the attempt before, if that failed.</param>
    public MessageQueue Choose(TopicRoute route, string? failedBroker)
    {
        var queues = route.PublishQueues;
        var counter = _counters.GetOrAdd(route.Topic, static _ => new Counter());

        // A retry takes no turn of its own: with two brokers, one of them down, every message would begin with the one that is down.
        var start = failedBroker is null ? counter.Next() : counter.Last;
        if (faults is null && failedBroker is null)
        {
            return queues[(int)(start % (uint)queues.Length)];
        }

        MessageQueue? blocked = null;
        for (var step = 0u; step < (uint)queues.Length; step++)
        {
            var queue = queues[(int)(unchecked(start + step) % (uint)queues.Length)];
            if (queue.BrokerName == failedBroker)
            {
                continue;
            }

            if (faults is null || faults.IsAvailable(queue.BrokerName))
            {
                return queue;
            }

            if (blocked is null || faults.RankOf(queue.BrokerName).CompareTo(faults.RankOf(blocked.BrokerName)) < 0)
            {
                blocked = queue;
            }
        }

        return blocked ?? queues[(int)(start % (uint)queues.Length)];
    }

    /// <summary>A position that moves by one for each message of a topic.</summary>
    private sealed class Counter
    {
        // Random, so that many producers that start together do not all begin with the same queue.
        private int _value = Random.Shared.Next();

        public uint Last => unchecked((uint)Volatile.Read(ref _value));

        public uint Next() => unchecked((uint)Interlocked.Increment(ref _value));
    }
}
