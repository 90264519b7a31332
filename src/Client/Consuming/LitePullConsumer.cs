using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Rocketeer.Client.Groups;
using Rocketeer.Client.Routing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// Reads messages as a stream and commits when the caller says so: this member's share of the queues of its topics
/// (<see cref="Subscribe"/>), or queues of the caller's choice (<see cref="Assign"/>). Messages of one queue come in order. Thread-safe,
/// with one reader at a time.
/// </summary>
/// <example><code>
/// await using var consumer = client.CreateLitePullConsumer("audit");
/// consumer.Subscribe("orders");
/// await foreach (var message in consumer.ReadAsync(cancellationToken))
/// {
///     if (await batch.AddAsync(message))   // the batch is written
///     {
///         await consumer.CommitAsync(cancellationToken);
///     }
/// }
/// </code></example>
#pragma warning disable CA1001 // the semaphore has no wait handle, and Dispose may be called again
public sealed class LitePullConsumer : IGroupMember
#pragma warning restore CA1001
{
    private readonly LitePullConsumerOptions _options;
    private readonly ConsumerContext _context;
    private readonly ManualOffsetStore? _manual;   // null when offsets are committed without being asked
    private readonly GroupMembership _membership;
    private readonly StreamConsumption _stream;
    private readonly SemaphoreSlim _lifecycle = new(1, 1);
    private int _readers;
    private bool _disposed;

    internal LitePullConsumer(string group, LitePullConsumerOptions options, IConsumerBackend backend)
    {
        if (NameRules.FaultOfGroup(group) is { } fault)
        {
            throw new ArgumentException(fault, nameof(group));
        }

        options.Validate();
        _options = options;
        var logger = backend.Loggers.CreateLogger<LitePullConsumer>();
        var store = new RemoteOffsetStore(group, backend, logger);
        _manual = options.AutoCommit ? null : new ManualOffsetStore(store);
        _context = new ConsumerContext(group, options.ToPushOptions(), backend, _manual ?? (IOffsetStore)store, logger);
        _membership = new GroupMembership(_context, ConsumeType.Actively);
        _stream = new StreamConsumption(_context);
    }

    /// <summary>Name of the consumer group.</summary>
    public string Group => _context.Group;

    /// <summary>The queues that this member reads now.</summary>
    public IReadOnlyCollection<MessageQueue> Queues => _membership.Engine?.HeldQueues ?? [];

    GroupRole IGroupMember.Role => GroupRole.Consumer;

    IReadOnlyCollection<string> IGroupMember.Topics => [.. _context.Subscriptions.Select(subscription => subscription.Topic)];

    /// <summary>Reads this member's share of a topic's queues; before or after the start.</summary>
    /// <param name="topic">Topic; it need not exist yet.</param>
    /// <param name="filter">Which messages; null wants every message. All members of the group must say the same.</param>
    /// <exception cref="ArgumentException">The topic cannot be one.</exception>
    /// <exception cref="InvalidOperationException">Queues were assigned.</exception>
    public void Subscribe(string topic, FilterExpression? filter = null)
    {
        if (NameRules.FaultOfTopic(topic) is { } fault)
        {
            throw new ArgumentException(fault, nameof(topic));
        }

        if (_context.Assigned is not null)
        {
            throw new InvalidOperationException($"The consumer of group '{Group}' reads assigned queues; use another one to subscribe.");
        }

        _context.Subscribe(topic, filter ?? FilterExpression.All);
        _membership.Engine?.Wake();
    }

    /// <summary>Gives a topic up.</summary>
    public void Unsubscribe(string topic)
    {
        if (_context.Unsubscribe(topic))
        {
            _membership.Engine?.Wake();
        }
    }

    /// <summary>
    /// Reads exactly these queues, whoever else is in the group, instead of those assigned before; before or after the start. Nothing keeps
    /// another member from reading them too.
    /// </summary>
    /// <exception cref="InvalidOperationException">The consumer subscribes to topics.</exception>
    public void Assign(params IReadOnlyCollection<MessageQueue> queues)
    {
        ArgumentNullException.ThrowIfNull(queues);
        if (_context.Assigned is null && _context.Subscriptions.Count > 0)
        {
            throw new InvalidOperationException($"The consumer of group '{Group}' subscribes to topics; use another one to assign queues.");
        }

        _context.Assigned = [.. queues.Distinct()];
        var topics = queues.Select(queue => queue.Topic).ToHashSet(StringComparer.Ordinal);
        foreach (var topic in topics.Where(topic => _context.FindSubscription(topic) is null))
        {
            _context.Subscribe(topic, FilterExpression.All);
        }

        foreach (var subscription in _context.Subscriptions.Where(subscription => !topics.Contains(subscription.Topic)))
        {
            _context.Unsubscribe(subscription.Topic);
        }

        _membership.Engine?.Wake();
    }

    /// <summary>Joins the group and begins to read ahead. <see cref="ReadAsync"/> does it too. Idempotent.</summary>
    /// <exception cref="InvalidOperationException">The client has a consumer of the group already.</exception>
    /// <exception cref="ObjectDisposedException">The consumer was disposed.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _lifecycle.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_membership.Engine is not null)
            {
                return;
            }

            _context.Backend.Register(this);
            var engine = new ConsumptionEngine(_context, _stream);
            engine.Start();
            _membership.Engine = engine;
            await _context.Backend.HeartbeatAsync(cancellationToken).ConfigureAwait(false);
            engine.Wake();
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>
    /// Gives messages as they come, and waits for more, until it is cancelled or the consumer is disposed, which ends the stream. A new stream
    /// goes on behind the last message of the one before. Failures of brokers are logged and repaired.
    /// </summary>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidOperationException">Somebody else reads, or the client has another consumer of the group.</exception>
    public async IAsyncEnumerable<MessageExt> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _readers, 1) != 0)
        {
            throw new InvalidOperationException($"The consumer of group '{Group}' has a reader already.");
        }

        try
        {
            await StartAsync(cancellationToken).ConfigureAwait(false);
            await foreach (var message in _stream.ReadAsync(countAtOnce: !_options.AutoCommit, cancellationToken).ConfigureAwait(false))
            {
                yield return message;
            }
        }
        finally
        {
            Volatile.Write(ref _readers, 0);
        }
    }

    /// <summary>Stores how far the stream was read: behind the last message that it gave of each queue, and behind what the filter left out.</summary>
    /// <exception cref="RocketeerException">A broker could not be reached or refused; call it again.</exception>
    public async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        if (_manual is { } manual)
        {
            await manual.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await _context.Offsets.PersistAllAsync(Queues, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stores the group's offset of one queue. Where the stream goes on does not change.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="offset">First offset that is not consumed, 0 or more.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RocketeerException">The broker could not be reached or refused.</exception>
    public async Task CommitAsync(MessageQueue queue, long offset, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (_manual is { } manual)
        {
            await manual.CommitAsync(queue, offset, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _context.Offsets.Update(queue, offset, increaseOnly: false);
            await _context.Offsets.PersistAsync(queue, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The group's committed offset as the broker knows it; null when there is none.</summary>
    /// <exception cref="RocketeerException">The broker could not be reached or refused.</exception>
    public Task<long?> GetCommittedAsync(MessageQueue queue, CancellationToken cancellationToken = default) =>
        _context.Backend.QueryOffsetAsync(Group, queue, cancellationToken).AsTask();

    /// <summary>
    /// Goes on reading a queue at another offset; the committed one stays. Messages of the queue that wait in memory do not come any more. A
    /// queue that this member does not read now is begun there when it does.
    /// </summary>
    public async Task SeekAsync(MessageQueue queue, long offset, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (_membership.Engine is { } engine)
        {
            await engine.Rebalancer.SeekAsync(queue, offset, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _context.Seeks[queue] = offset;
        }
    }

    /// <summary>As <see cref="SeekAsync(MessageQueue, long, CancellationToken)"/>, to the first message.</summary>
    /// <exception cref="RocketeerException">The broker could not be reached or refused.</exception>
    public async Task SeekToBeginAsync(MessageQueue queue, CancellationToken cancellationToken = default) => await SeekAsync(
        queue, await _context.Backend.GetMinOffsetAsync(queue, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>As <see cref="SeekAsync(MessageQueue, long, CancellationToken)"/>, behind the last message.</summary>
    /// <exception cref="RocketeerException">The broker could not be reached or refused.</exception>
    public async Task SeekToEndAsync(MessageQueue queue, CancellationToken cancellationToken = default) => await SeekAsync(
        queue, await _context.Backend.GetMaxOffsetAsync(queue, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>As <see cref="SeekAsync(MessageQueue, long, CancellationToken)"/>, to the first message stored at or after a time.</summary>
    /// <exception cref="RocketeerException">The broker could not be reached or refused.</exception>
    public async Task SeekAsync(MessageQueue queue, DateTimeOffset time, CancellationToken cancellationToken = default) => await SeekAsync(
        queue,
        await _context.Backend.SearchOffsetAsync(queue, time.ToUnixTimeMilliseconds(), cancellationToken).ConfigureAwait(false),
        cancellationToken).ConfigureAwait(false);

    /// <summary>All readable queues of a topic, ordered; for <see cref="Assign"/>.</summary>
    /// <exception cref="RouteNotFoundException">The topic does not exist.</exception>
    /// <exception cref="RocketeerException">No name server answered.</exception>
    public async Task<IReadOnlyList<MessageQueue>> GetQueuesAsync(string topic, CancellationToken cancellationToken = default) =>
        [.. (await _context.Backend.GetQueuesAsync(topic, cancellationToken).ConfigureAwait(false)).Order()];

    /// <summary>Stops pulling these queues until <see cref="Resume"/>; messages that wait in memory still come.</summary>
    public void Pause(params IReadOnlyCollection<MessageQueue> queues) => _context.SetPaused(queues, paused: true);

    /// <summary>Pulls these queues again, within a second.</summary>
    public void Resume(params IReadOnlyCollection<MessageQueue> queues) => _context.SetPaused(queues, paused: false);

    /// <summary>Ends the stream, stores the offsets if they are committed without being asked, and leaves the group. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lifecycle.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_disposed && _membership.Engine is { } engine)
            {
                await engine.DisposeAsync().ConfigureAwait(false);
                await _context.Backend.UnregisterAsync(this).ConfigureAwait(false);
            }

            _disposed = true;
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    void IGroupMember.Describe(HeartbeatData heartbeat) => _membership.Describe(heartbeat);

    void IGroupMember.RouteChanged(TopicRoute route)
    {
        if (_context.FindSubscription(route.Topic) is not null)
        {
            _membership.Engine?.Wake();
        }
    }

    ValueTask<RemotingCommand?> IGroupMember.HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken) =>
        HandleAsync(request, cancellationToken);

    internal ValueTask<RemotingCommand?> HandleAsync(RemotingCommand request, CancellationToken cancellationToken) =>
        _membership.HandleAsync(request, cancellationToken);
}
