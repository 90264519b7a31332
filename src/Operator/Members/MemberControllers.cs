using k8s;
using Microsoft.Extensions.Logging;
using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Groups;
using Rocketeer.Operator.Runtime.Api;
using Rocketeer.Operator.Runtime.Controllers;
using Rocketeer.Operator.Runtime.Queueing;
using Rocketeer.Operator.Runtime.Watching;
using Rocketeer.Operator.Runtime.Writing;
using Rocketeer.Operator.Topics;

namespace Rocketeer.Operator.Members;

/// <summary>
/// The controllers of what belongs to clusters, wired: informers, claims, finalizers; a cluster that changes wakes its members, a name that
/// comes free wakes who waits for it.
/// </summary>
internal sealed class MemberControllers : IAsyncDisposable
{
    private readonly OperatorInstruments _instruments = new();
    private readonly ClusterViews _views;
    private readonly Informer<RocketCluster> _clusters;
    private readonly Informer<Topic> _topics;
    private readonly ClaimIndex<Topic> _topicClaims;
    private readonly ControllerHost<Topic> _topicHost;
    private readonly Informer<ConsumerGroup> _groups;
    private readonly ClaimIndex<ConsumerGroup> _groupClaims;
    private readonly ControllerHost<ConsumerGroup> _groupHost;
    private readonly Dictionary<ResourceKey, string> _told = [];
    private Task _forgetting = Task.CompletedTask;

    /// <summary>Wires the controllers; nothing runs yet.</summary>
    /// <param name="api">The API.</param>
    /// <param name="namespace">The namespace to watch; <see langword="null"/> for all.</param>
    /// <param name="views">The connections to the clusters.</param>
    /// <param name="clock">For everything that waits.</param>
    /// <param name="loggers">Told of failures.</param>
    public MemberControllers(KubeApi api, string? @namespace, ClusterViews views, TimeProvider clock, ILoggerFactory loggers)
    {
        _views = views;
        _clusters = New<RocketCluster>();
        _topics = New<Topic>();
        _topicClaims = new ClaimIndex<Topic>(_topics);
        var resolver = new ClusterResolver(_clusters, new Namespaces(api, clock), views);
        var statuses = new StatusWriter(api);
        var events = new EventRecorder(api, clock, loggers.CreateLogger<EventRecorder>());
        var deletes = new PendingDeletes(api, _topicClaims, clock);

        ControllerHost<Topic> topicHost = null!;
        _topicHost = topicHost = new ControllerHost<Topic>(
            api,
            _topics,
            new TopicController(
                resolver,
                _topicClaims,
                statuses,
                deletes,
                events.PublishAsync,
                (topic, cancellation) => topicHost.AttachFinalizersAsync(topic, cancellation),
                (topic, cancellation) => topicHost.DetachAsync(topic, typeof(TopicFinalizer), cancellation),
                clock),
            [new TopicFinalizer(resolver, _topicClaims, statuses, events.PublishAsync, deletes, clock)],
            _instruments,
            clock,
            loggers.CreateLogger<ControllerHost<Topic>>());
        _topicClaims.Contested += key => _topicHost.Enqueue(key);
        _groups = New<ConsumerGroup>();
        _groupClaims = new ClaimIndex<ConsumerGroup>(_groups);
        ControllerHost<ConsumerGroup> groupHost = null!;
        _groupHost = groupHost = new ControllerHost<ConsumerGroup>(
            api,
            _groups,
            new ConsumerGroupController(
                resolver,
                _groupClaims,
                statuses,
                new OffsetReset(api),
                events.PublishAsync,
                (group, cancellation) => groupHost.AttachFinalizersAsync(group, cancellation),
                (group, cancellation) => groupHost.DetachAsync(group, typeof(ConsumerGroupFinalizer), cancellation),
                clock),
            [new ConsumerGroupFinalizer(resolver, _groupClaims, events.PublishAsync, clock)],
            _instruments,
            clock,
            loggers.CreateLogger<ControllerHost<ConsumerGroup>>());
        _groupClaims.Contested += key => _groupHost.Enqueue(key);
        _clusters.Changed += OnClusterChanged;

        Informer<T> New<T>()
            where T : class, IKubernetesObject<k8s.Models.V1ObjectMeta> =>
            new(api, @namespace, null, null, clock, loggers.CreateLogger<Informer<T>>());
    }

    /// <summary>True when everything that is watched has been listed.</summary>
    public bool IsSynced => _clusters.Synced.IsCompleted && _topics.Synced.IsCompleted && _groups.Synced.IsCompleted;

    /// <summary>Watches until it is cancelled; every operator does.</summary>
    public Task WatchAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_clusters.RunAsync(cancellationToken), _topics.RunAsync(cancellationToken), _groups.RunAsync(cancellationToken));

    /// <summary>Works until it is cancelled; only the leader does.</summary>
    /// <param name="workers">Passes of each kind at once.</param>
    /// <param name="cancellationToken">Ends.</param>
    public async Task WorkAsync(int workers, CancellationToken cancellationToken)
    {
        await _clusters.Synced.WaitAsync(cancellationToken); // a Topic that is looked at before its cluster is known would be told that there is none
        await Task.WhenAll(_topicHost.RunAsync(workers, cancellationToken), _groupHost.RunAsync(workers, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _topicHost.Dispose();
        _groupHost.Dispose();
        _instruments.Dispose();
        await _forgetting;
    }

    private void OnClusterChanged(RocketCluster cluster, WatchEventType type)
    {
        var key = ResourceKey.Of(cluster);
        var told = type == WatchEventType.Deleted ? "" : Told(cluster);
        lock (_told)
        {
            if (_told.GetValueOrDefault(key) == told)
            {
                return;
            }

            _told[key] = told;
            if (type == WatchEventType.Deleted)
            {
                _told.Remove(key);
                _forgetting = Task.WhenAll(_forgetting, _views.ForgetAsync(key).AsTask());
            }
        }

        foreach (var topic in _topicClaims.MembersOf(key))
        {
            _topicHost.Enqueue(topic);
        }

        foreach (var group in _groupClaims.MembersOf(key))
        {
            _groupHost.Enqueue(group);
        }
    }

    // What of a cluster matters to its members; its status says much more, all the time.
    private static string Told(RocketCluster cluster) => string.Join('\n', [
        cluster.Metadata.Uid,
        cluster.Metadata.Generation?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        cluster.Metadata.DeletionTimestamp?.ToString("O"),
        cluster.Status.NamesrvEndpoints,
        .. (cluster.Status.BrokerGroups ?? []).Select(group => group.Name),
        .. cluster.Status.PendingTopicDeletes ?? [],
    ]);
}
