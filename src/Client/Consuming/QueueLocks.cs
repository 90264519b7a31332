using System.Collections.Concurrent;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// The brokers' locks on the queues of one ordered consumer (41, 42). A broker gives a queue to one client of a group at a time, for 60 s;
/// here a lock counts for 30 s after it was asked for, and is renewed every 20 s, so that nobody works on a queue that another one may have.
/// Requests go one after the other and are not given up half-way: a lock that is taken after it was given back, or of which nobody here
/// knows, would keep everybody from the queue for a minute. Time is measured by time stamps, which do not jump when somebody sets the wall clock. Thread-safe.
/// </summary>
#pragma warning disable CA1001 // the semaphore has no wait handle
internal sealed class QueueLocks(ConsumerContext consumer)
#pragma warning restore CA1001
{
    /// <summary>How often locks are renewed.</summary>
    public static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentDictionary<MessageQueue, Lease> _leases = new();

    /// <summary>True while the queue is ours alone. In broadcasting every member has every queue, and there is nothing to lock.</summary>
    public bool IsHeld(MessageQueue queue) => !consumer.IsClustering || (_leases.TryGetValue(queue, out var lease) && IsAlive(lease));

    /// <summary>When the lock of a queue was taken or renewed last, milliseconds since 1970; null when it is not ours.</summary>
    public long? LastLockMs(MessageQueue queue) => _leases.TryGetValue(queue, out var lease) && IsAlive(lease) ? lease.TakenAtMs : null;

    /// <summary>Asks for locks.</summary>
    /// <returns>The queues that are locked for us now; those of brokers that do not answer are not among them.</returns>
    public async ValueTask<IReadOnlyCollection<MessageQueue>> AcquireAsync(IReadOnlyCollection<MessageQueue> queues, CancellationToken cancellationToken)
    {
        if (!consumer.IsClustering || queues.Count == 0)
        {
            return queues;
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var granted = new List<MessageQueue>();
            foreach (var (_, locked, lease) in await AskAsync(queues).ConfigureAwait(false))
            {
                foreach (var queue in locked)
                {
                    _leases[queue] = lease;
                    granted.Add(queue);
                }
            }

            return granted;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Renews locks.</summary>
    /// <returns>
    /// The queues whose lock was lost, or had expired before it was renewed: another member may have consumed them meanwhile, so what is in
    /// memory of them is stale. Queues of brokers that do not answer are not among them; their locks expire.
    /// </returns>
    public async ValueTask<IReadOnlyCollection<MessageQueue>> RenewAsync(IReadOnlyCollection<MessageQueue> queues, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var lost = new List<MessageQueue>();
            foreach (var (asked, locked, renewed) in await AskAsync(queues.Where(_leases.ContainsKey)).ConfigureAwait(false))
            {
                var ours = locked.ToHashSet();
                foreach (var queue in asked)
                {
                    if (ours.Contains(queue) && IsAlive(_leases[queue]))
                    {
                        _leases[queue] = renewed;
                    }
                    else
                    {
                        _leases.TryRemove(queue, out _);
                        lost.Add(queue);
                    }
                }
            }

            return lost;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Gives locks back; one that cannot be given back expires at the broker.</summary>
    public async ValueTask ReleaseAsync(IReadOnlyCollection<MessageQueue> queues, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var ours = queues.Where(queue => _leases.TryRemove(queue, out _)).ToList();
            await Task.WhenAll(ours.GroupBy(queue => queue.BrokerName).Select(UnlockAsync)).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Gives every lock back.</summary>
    public ValueTask ReleaseAllAsync() => ReleaseAsync((IReadOnlyCollection<MessageQueue>)_leases.Keys, CancellationToken.None);

    private async Task UnlockAsync(IGrouping<string, MessageQueue> ofBroker)
    {
        try
        {
            await consumer.Backend.UnlockAsync(consumer.Group, ofBroker.Key, [.. ofBroker], CancellationToken.None).ConfigureAwait(false);
        }
        catch (RocketeerException failure)
        {
            consumer.Logger.QueueUnlockFailed(failure, consumer.Group, ofBroker.Count(), ofBroker.Key);
        }
    }

    /// <summary>Asks each broker once, all at the same time; brokers that fail are logged and left out.</summary>
    private async ValueTask<List<Answer>> AskAsync(IEnumerable<MessageQueue> queues)
    {
        var answers = await Task.WhenAll(queues.GroupBy(queue => queue.BrokerName).Select(async ofBroker =>
        {
            // The lease begins when it is asked for: the broker's own count begins later.
            var lease = new Lease(consumer.Clock.GetTimestamp(), consumer.NowMs);
            List<MessageQueue> asked = [.. ofBroker];
            try
            {
                var locked = await consumer.Backend.LockAsync(consumer.Group, ofBroker.Key, asked, CancellationToken.None).ConfigureAwait(false);
                return new Answer(asked, locked, lease);
            }
            catch (RocketeerException failure)
            {
                consumer.Logger.QueueLockFailed(failure, consumer.Group, asked.Count, ofBroker.Key);
                return null;
            }
        })).ConfigureAwait(false);
        return [.. answers.OfType<Answer>()];
    }

    private bool IsAlive(Lease lease) => consumer.Clock.GetElapsedTime(lease.TakenAt) <= Life;

    private readonly record struct Lease(long TakenAt, long TakenAtMs);

    private sealed record Answer(IReadOnlyCollection<MessageQueue> Asked, IReadOnlyCollection<MessageQueue> Locked, Lease Lease);
}
