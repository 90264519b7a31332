using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// Holds the queues that are this member's share, each with a pull loop and a window, and brings them in line with the group: at start,
/// every 20 s, when a broker says that the members changed, when subscriptions or routes change (reference: namesrv-and-client.md
/// section E3). All changes happen under one gate, so a queue never has two windows that are not dropped.
/// </summary>
#pragma warning disable CA1001 // neither has a timer or a wait handle; late corrections may still look at them
internal sealed partial class Rebalancer(ConsumerContext consumer, IConsumption consumption)
#pragma warning restore CA1001
{
    /// <summary>How long one rebalance waits for handlers of queues that are given up; a later one finishes what takes longer.</summary>
    private static readonly TimeSpan QuietPatience = TimeSpan.FromSeconds(1);

    /// <summary>Pause before queues are asked for again that could not be taken; the original waits for its next rebalance.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private volatile Dictionary<MessageQueue, PullLoop> _held = [];   // replaced under the gate, read without it
    private bool _stopped;
    private int _missingTopics;
    private int _askingAgain;

    /// <summary>Subscribed topics that the last rebalance found nowhere.</summary>
    public int MissingTopics => Volatile.Read(ref _missingTopics);

    /// <summary>Asked for when a rebalance is due at once.</summary>
    public event Action? Due;

    /// <summary>The queues held now.</summary>
    public IReadOnlyCollection<MessageQueue> HeldQueues => _held.Keys;

    /// <summary>The windows of the queues held now.</summary>
    public IReadOnlyCollection<ProcessQueue> Windows => [.. _held.Values.Select(loop => loop.Window)];

    /// <summary>Brings the held queues in line with the group. What cannot be found out now changes nothing.</summary>
    public async Task RebalanceAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_stopped)
            {
                return;
            }

            _missingTopics = 0;
            var change = new Change(new Dictionary<MessageQueue, PullLoop>(_held));
            foreach (var subscription in consumer.Subscriptions)
            {
                if (await ShareAsync(subscription.Topic, cancellationToken).ConfigureAwait(false) is { } share)
                {
                    await ApplyAsync(subscription, share, change, cancellationToken).ConfigureAwait(false);
                }
            }

            foreach (var queue in change.Held.Keys.Where(queue => consumer.FindSubscription(queue.Topic) is null).ToList())
            {
                await ReleaseAsync(queue, change, cancellationToken).ConfigureAwait(false);
            }

            await CompleteAsync(change, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops pulling; windows and offsets stay as they are. No rebalance follows.</summary>
    public async ValueTask StopPullingAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _stopped = true;
            await Task.WhenAll(_held.Values.Select(loop => loop.StopAsync())).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Drops every window and gives the queues up.</summary>
    public async ValueTask ReleaseAllAsync()
    {
        foreach (var loop in _held.Values)
        {
            await loop.DisposeAsync().ConfigureAwait(false);
        }

        await consumption.ReleaseAllAsync().ConfigureAwait(false);
        _held = [];
    }

    /// <summary>The queues of a topic that are ours, or null when that cannot be found out now.</summary>
    private async ValueTask<IReadOnlyCollection<MessageQueue>?> ShareAsync(string topic, CancellationToken cancellationToken)
    {
        if (consumer.Assigned is { } assigned)
        {
            return [.. assigned.Where(queue => queue.Topic == topic)];
        }

        try
        {
            var queues = await consumer.Backend.GetQueuesAsync(topic, cancellationToken).ConfigureAwait(false);
            if (!consumer.IsClustering)
            {
                return queues;
            }

            var members = await MembersAsync(topic, cancellationToken).ConfigureAwait(false);
            if (members.Count == 0)
            {
                consumer.Logger.RebalanceSkipped(null, consumer.Group, topic);
                return null;
            }

            return consumer.Options.Allocation.Allocate(
                consumer.Backend.ClientId, [.. queues.Order()], [.. members.Order(StringComparer.Ordinal)]);
        }
        catch (RouteNotFoundException)
        {
            // The topic does not exist yet, which is usual for retry topics; a later round looks again.
            _missingTopics++;
            return null;
        }
#pragma warning disable CA1031 // an allocation rule is the user's code; whatever it throws, the queues stay as they are
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            consumer.Logger.RebalanceSkipped(failure, consumer.Group, topic);
            return null;
        }
    }

    /// <summary>
    /// The members as a broker knows them. One that does not know us, because its address or the group is new to it, gets a heartbeat
    /// and is asked again: otherwise we would wait for the next round.
    /// </summary>
    private async ValueTask<IReadOnlyList<string>> MembersAsync(string topic, CancellationToken cancellationToken)
    {
        try
        {
            var members = await consumer.Backend.GetMembersAsync(topic, consumer.Group, cancellationToken).ConfigureAwait(false);
            if (members.Contains(consumer.Backend.ClientId))
            {
                return members;
            }
        }
        catch (BrokerRejectedException)
        {
            // A broker that knows no member of the group says so with an error.
        }

        await consumer.Backend.HeartbeatAsync(cancellationToken).ConfigureAwait(false);
        return await consumer.Backend.GetMembersAsync(topic, consumer.Group, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ApplyAsync(
        Subscription subscription, IReadOnlyCollection<MessageQueue> share, Change change, CancellationToken cancellationToken)
    {
        var wanted = share.ToHashSet();
        foreach (var (queue, loop) in change.Held.Where(pair => pair.Key.Topic == subscription.Topic).ToList())
        {
            if (!wanted.Contains(queue) || loop.IsReleasing)
            {
                await ReleaseAsync(queue, change, cancellationToken).ConfigureAwait(false);
                change.Topics.Add(subscription);
            }
            else if (loop.IsStuck)
            {
                consumer.Logger.QueueRepaired(queue);
                await ReleaseAsync(queue, change, cancellationToken).ConfigureAwait(false);
            }
        }

        List<MessageQueue> missing = [.. share.Where(queue => !change.Held.ContainsKey(queue))];
        foreach (var queue in await consumption.AcquireAsync(missing, cancellationToken).ConfigureAwait(false))
        {
            if (await TryTakeAsync(queue, cancellationToken).ConfigureAwait(false) is { } taken)
            {
                change.Held.Add(queue, taken);
                change.Taken.Add(taken);
                change.Topics.Add(subscription);
            }
            else
            {
                await consumption.ReleaseAsync([queue], cancellationToken).ConfigureAwait(false);
            }
        }

        if (missing.Any(queue => !change.Held.ContainsKey(queue)) && Interlocked.Exchange(ref _askingAgain, 1) == 0)
        {
            _ = AskAgainAsync();
        }
    }

    /// <summary>Never throws.</summary>
    private async Task AskAgainAsync()
    {
        await Task.Delay(AskAgain, consumer.Clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref _askingAgain, 0);
        Due?.Invoke();
    }

    private async ValueTask<PullLoop?> TryTakeAsync(MessageQueue queue, CancellationToken cancellationToken)
    {
        try
        {
            consumer.Offsets.Forget(queue);
            var offset = await StartOffsetAsync(queue, cancellationToken).ConfigureAwait(false);
            return LoopFrom(queue, offset);
        }
        catch (RocketeerException failure)
        {
            consumer.Logger.StartOffsetUnknown(failure, consumer.Group, queue);
            return null;
        }
    }

    private PullLoop LoopFrom(MessageQueue queue, long offset)
    {
        var window = new ProcessQueue(queue, consumer.Options.LimitsFor(_held.Count, consumption.IsOrdered));
        return new PullLoop(consumer, consumption, window, offset, OnOffsetIllegal);
    }

    /// <summary>Where to begin (reference: namesrv-and-client.md section E4).</summary>
    private async ValueTask<long> StartOffsetAsync(MessageQueue queue, CancellationToken cancellationToken)
    {
        if (consumer.Seeks.TryRemove(queue, out var sought))
        {
            return sought;
        }

        if (await consumer.Offsets.FetchAsync(queue, cancellationToken).ConfigureAwait(false) is { } committed)
        {
            return committed;
        }

        var isRetry = queue.Topic == consumer.RetryTopic;
        return consumer.Options.ConsumeFrom switch
        {
            // The original begins at 0, which old queues do not have any more, and is corrected after a pause of 10 s.
            ConsumeFrom.FirstOffset => await consumer.Backend.GetMinOffsetAsync(queue, cancellationToken).ConfigureAwait(false),
            ConsumeFrom.LastOffset when isRetry => await consumer.Backend.GetMinOffsetAsync(queue, cancellationToken).ConfigureAwait(false),
            ConsumeFrom.Timestamp when !isRetry =>
                await consumer.Backend.SearchOffsetAsync(queue, consumer.ConsumeTimestampMs, cancellationToken).ConfigureAwait(false),
            _ => await consumer.Backend.GetMaxOffsetAsync(queue, cancellationToken).ConfigureAwait(false),
        };
    }

    private async ValueTask ReleaseAsync(MessageQueue queue, Change change, CancellationToken cancellationToken)
    {
        var loop = change.Held[queue];
        loop.IsReleasing = true;
        await loop.StopAsync().ConfigureAwait(false);
        if (!await IsQuietAsync(loop, change, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        loop.Window.Drop();
        await PersistAsync(queue, cancellationToken).ConfigureAwait(false);
        await consumption.ReleaseAsync([queue], cancellationToken).ConfigureAwait(false);
        consumer.Offsets.Forget(queue);
        change.Held.Remove(queue);
        change.Released++;
    }

    /// <summary>False while a handler works on a queue in order; the rebalance that follows its end goes on here.</summary>
    private async ValueTask<bool> IsQuietAsync(PullLoop loop, Change change, CancellationToken cancellationToken)
    {
        var quiet = consumption.QuiesceAsync(loop.Window);
        if (!quiet.IsCompleted)
        {
            change.Patience ??= Task.Delay(QuietPatience, consumer.Clock, cancellationToken);
            await Task.WhenAny(quiet, change.Patience).ConfigureAwait(false);
        }

        if (!quiet.IsCompleted && !loop.IsAwaited)
        {
            loop.IsAwaited = true;
            _ = WakeAfterAsync(quiet);
        }

        return quiet.IsCompleted;
    }

    private async Task WakeAfterAsync(Task quiet)
    {
        await quiet.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Due?.Invoke();
    }

    private async ValueTask PersistAsync(MessageQueue queue, CancellationToken cancellationToken)
    {
        try
        {
            await consumer.Offsets.PersistAsync(queue, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RocketeerException or IOException or UnauthorizedAccessException)
        {
            consumer.Logger.OffsetPersistFailed(failure, consumer.Group, queue);
        }
    }

    /// <summary>Publishes what changed, tells the brokers, and only then begins to pull: a pull must not be newer than the heartbeat.</summary>
    private async ValueTask CompleteAsync(Change change, CancellationToken cancellationToken)
    {
        if (change.Taken.Count == 0 && change.Released == 0)
        {
            return;
        }

        _held = change.Held;
        var limits = consumer.Options.LimitsFor(change.Held.Count, consumption.IsOrdered);
        foreach (var loop in change.Held.Values)
        {
            loop.Window.Limits = limits;
        }

        foreach (var subscription in change.Topics)
        {
            subscription.Version = Math.Max(consumer.NowMs, subscription.Version);
        }

        consumer.Logger.QueuesChanged(consumer.Group, change.Held.Count, change.Taken.Count, change.Released);
        try
        {
            await consumer.Backend.HeartbeatAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (var loop in change.Taken)
            {
                loop.Start();
            }
        }
    }

    private sealed class Change(Dictionary<MessageQueue, PullLoop> held)
    {
        public Dictionary<MessageQueue, PullLoop> Held { get; } = held;

        public List<PullLoop> Taken { get; } = [];

        public HashSet<Subscription> Topics { get; } = [];

        public int Released { get; set; }

        /// <summary>Ends when this rebalance does not wait for handlers any more.</summary>
        public Task? Patience { get; set; }
    }
}
