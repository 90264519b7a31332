using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rocketeer.Client.Routing;

/// <summary>
/// Routes of the topics in use. A lookup serves everybody who waits for the topic; a poll keeps all of them fresh. A route that was
/// there stays while name servers fail, and for <see cref="VanishedAfter"/> while they say that the topic is gone: a name server that
/// restarts knows nothing until the brokers report again. Thread-safe.
/// </summary>
internal sealed class TopicRouteCache(
    Func<string, CancellationToken, ValueTask<TopicRoute?>> lookup, BrokerDirectory brokers, TimeProvider clock, ILogger logger) : IDisposable
{
    /// <summary>How long all name servers must say that a topic does not exist before its route is dropped: three reports of a broker.</summary>
    public static readonly TimeSpan VanishedAfter = TimeSpan.FromSeconds(90);

    private const int LookupsAtOnce = 8;

    private static readonly TimeSpan DoubtPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>A route is new or different. Raised on a pool thread.</summary>
    public event Action<TopicRoute>? Changed;

    /// <summary>A broker or an address became known. Raised on a pool thread, before <see cref="Changed"/>.</summary>
    public event Action? BrokersChanged;

    /// <summary>The cached route of a topic that exists.</summary>
    public TopicRoute? Find(string topic) => _entries.GetValueOrDefault(topic)?.Route;

    /// <summary>The cached route for sending: that of the topic, else the one its creation will give.</summary>
    public TopicRoute? FindForPublish(string topic) =>
        _entries.GetValueOrDefault(topic) is { } entry ? entry.Route ?? entry.Template : null;

    /// <summary>The route of a topic, looked up if it is not known.</summary>
    /// <returns><see langword="null"/> if the topic does not exist.</returns>
    /// <exception cref="RocketeerException">No name server answered, or the one that did refused.</exception>
    public ValueTask<TopicRoute?> GetAsync(string topic, CancellationToken cancellationToken) =>
        Find(topic) is { } known ? ValueTask.FromResult<TopicRoute?>(known) : new ValueTask<TopicRoute?>(RefreshAsync(topic, cancellationToken));

    /// <summary>The route of a topic with at least one queue to send to; for a topic that does not exist, one made from the template's.</summary>
    /// <param name="topic">Topic.</param>
    /// <param name="template">Topic whose settings a new topic gets, normally <c>TBW102</c>.</param>
    /// <param name="newTopicQueues">Most queues a new topic gets on a broker.</param>
    /// <param name="cancellationToken">Ends the wait; the lookup goes on for others.</param>
    /// <exception cref="RouteNotFoundException">Neither topic nor template has a queue to send to.</exception>
    /// <exception cref="RocketeerException">No name server answered, or the one that did refused.</exception>
    public async ValueTask<TopicRoute> GetForPublishAsync(string topic, string template, int newTopicQueues, CancellationToken cancellationToken)
    {
        if (FindForPublish(topic) is { PublishQueues.IsEmpty: false } known)
        {
            return known;
        }

        if (await RefreshAsync(topic, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return !found.PublishQueues.IsEmpty
                ? found
                : throw new RouteNotFoundException(topic, $"Topic '{topic}' has no queue that can be written now: no permission, or no master is up.");
        }

        if (await RefreshAsync(template, cancellationToken).ConfigureAwait(false) is not { } ofTemplate)
        {
            throw new RouteNotFoundException(topic, $"Topic '{topic}' does not exist, and no broker creates topics by itself; create it first.");
        }

        var route = FromTemplate(topic, ofTemplate, newTopicQueues);
        if (route.PublishQueues.IsEmpty)
        {
            throw new RouteNotFoundException(topic, $"Topic '{topic}' does not exist, and no broker that would create it can be written now.");
        }

        _entries.GetOrAdd(topic, static key => new Entry(key)).Template = route;
        return route;
    }

    /// <summary>Asks the name servers, even if the route is known. Callers at the same time share one lookup.</summary>
    /// <param name="topic">Topic.</param>
    /// <param name="cancellationToken">Ends the wait; the lookup goes on for others.</param>
    /// <returns>The route as it is now; <see langword="null"/> if the topic does not exist.</returns>
    /// <exception cref="RocketeerException">No name server answered, or the one that did refused.</exception>
    public Task<TopicRoute?> RefreshAsync(string topic, CancellationToken cancellationToken)
    {
        var entry = _entries.GetOrAdd(topic, static key => new Entry(key));
        Task<TopicRoute?> pending;
        lock (entry)
        {
            if (entry.Pending is not { IsCompleted: false })
            {
                entry.Pending = LookUpAsync(entry);
            }

            pending = entry.Pending;
        }

        return pending.WaitAsync(cancellationToken);
    }

    /// <summary>Asks in the background, at most once a second per topic: a broker did not answer, or did not want the message.</summary>
    public void RefreshSoon(string topic)
    {
        if (_entries.GetValueOrDefault(topic) is not { } entry)
        {
            return;
        }

        var now = clock.GetTimestamp();
        var last = Interlocked.Read(ref entry.LastDoubt);
        if ((last == 0 || clock.GetElapsedTime(last, now) >= DoubtPause) && Interlocked.CompareExchange(ref entry.LastDoubt, now, last) == last)
        {
            _ = RefreshInBackgroundAsync(topic);
        }
    }

    /// <summary>Asks for the routes of all topics in use once.</summary>
    /// <param name="wanted">Topics that somebody needs, known or not.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public async Task PollAsync(IEnumerable<string> wanted, CancellationToken cancellationToken)
    {
        var topics = wanted.Concat(_entries.Keys).ToHashSet(StringComparer.Ordinal);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = LookupsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(topics, parallel, async (topic, token) =>
            await RefreshOrLogAsync(topic, token).ConfigureAwait(false)).ConfigureAwait(false);

        var mentioned = _entries.Values
            .SelectMany(entry => new[] { entry.Route, entry.Template })
            .SelectMany(route => route is null ? [] : route.Brokers.Select(broker => broker.Name))
            .ToHashSet(StringComparer.Ordinal);
        brokers.KeepOnly(mentioned);
    }

    /// <summary>Ends the lookups under way.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task RefreshInBackgroundAsync(string topic)
    {
        try
        {
            await RefreshOrLogAsync(topic, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            logger.RefreshStopped(topic);
        }
    }

    private async Task RefreshOrLogAsync(string topic, CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(topic, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // one topic whose route nobody can read must not end the poll of the others
        catch (Exception failure) when (failure is not (OperationCanceledException or ObjectDisposedException))
#pragma warning restore CA1031
        {
            logger.RoutePollFailed(failure, topic);
        }
    }

    private static TopicRoute FromTemplate(string topic, TopicRoute template, int newTopicQueues) => new(
        topic,
        template.Brokers,
        template.Queues.Select(queue =>
        {
            var queues = Math.Min(newTopicQueues, queue.ReadQueues);
            return queue with { ReadQueues = queues, WriteQueues = queues };
        }),
        fromTemplate: true);

    private async Task<TopicRoute?> LookUpAsync(Entry entry)
    {
        // Whoever asks holds the entry's lock: leave it before anything is awaited or announced.
        await Task.Yield();
        var found = await lookup(entry.Topic, _stopping.Token).ConfigureAwait(false);
        if (found is null)
        {
            return Missed(entry);
        }

        var known = entry.Route;
        entry.Route = found;
        entry.Template = null;
        entry.MissedSince = null;
        _entries[entry.Topic] = entry;
        Announce(found, known);
        return found;
    }

    private TopicRoute? Missed(Entry entry)
    {
        if (entry.Route is not { } known)
        {
            if (entry.Template is null)
            {
                _entries.TryRemove(new KeyValuePair<string, Entry>(entry.Topic, entry));
            }

            return null;
        }

        entry.MissedSince ??= clock.GetTimestamp();
        if (clock.GetElapsedTime(entry.MissedSince.Value) < VanishedAfter)
        {
            return known;
        }

        logger.TopicVanished(entry.Topic);
        _entries.TryRemove(new KeyValuePair<string, Entry>(entry.Topic, entry));
        Announce(new TopicRoute(entry.Topic, [], []), known);
        return null;
    }

    private void Announce(TopicRoute route, TopicRoute? before)
    {
        if (brokers.Learn(route))
        {
            BrokersChanged?.Invoke();
        }

        if (!route.SaysTheSameAs(before))
        {
            logger.RouteChanged(route.Topic, route.PublishQueues.Length, route.SubscribeQueues.Length);
            Changed?.Invoke(route);
        }
    }

    /// <summary>One topic. The routes are read without a lock; only the lookup under way, of which there is one, writes them.</summary>
    private sealed class Entry(string topic)
    {
        private volatile TopicRoute? _route;
        private volatile TopicRoute? _template;

        /// <summary>Timestamp of the last <see cref="RefreshSoon"/>, 0 for never.</summary>
        public long LastDoubt;

        public string Topic { get; } = topic;

        public TopicRoute? Route
        {
            get => _route;
            set => _route = value;
        }

        public TopicRoute? Template
        {
            get => _template;
            set => _template = value;
        }

        public Task<TopicRoute?>? Pending { get; set; }

        public long? MissedSince { get; set; }
    }
}
