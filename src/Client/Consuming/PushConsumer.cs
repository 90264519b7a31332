using Microsoft.Extensions.Logging;
using Rocketeer.Client.Groups;
using Rocketeer.Client.Routing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// Delivers the messages of topics to a handler: this member's share of them in clustering, all of them in broadcasting. Each message is
/// delivered at least once; a handler that fails gets it again later. Thread-safe.
/// </summary>
/// <example><code>
/// await using var consumer = client.CreatePushConsumer("billing");
/// consumer.Subscribe("orders", "paid || cancelled");
/// await consumer.StartAsync(async (message, cancellationToken) =>
/// {
///     await bills.WriteAsync(message.Body, cancellationToken);
///     return ConsumeResult.Success;
/// });
/// </code></example>
#pragma warning disable CA1001 // the semaphore has no wait handle, and Dispose may be called again
public sealed class PushConsumer : IGroupMember
#pragma warning restore CA1001
{
    private readonly ConsumerContext _context;
    private readonly SemaphoreSlim _lifecycle = new(1, 1);
    private readonly GroupMembership _membership;
    private bool _disposed;

    internal PushConsumer(string group, PushConsumerOptions options, IConsumerBackend backend)
    {
        if (NameRules.FaultOfGroup(group) is { } fault)
        {
            throw new ArgumentException(fault, nameof(group));
        }

        options = options.Copy();
        options.Validate();
        var logger = backend.Loggers.CreateLogger<PushConsumer>();
        _context = new ConsumerContext(group, options, backend, CreateStore(group, options, backend, logger), logger);
        _membership = new GroupMembership(_context, ConsumeType.Passively);
        if (_context.IsClustering)
        {
            _context.Subscribe(_context.RetryTopic, FilterExpression.All);
        }
    }

    /// <summary>Name of the consumer group.</summary>
    public string Group => _context.Group;

    /// <summary>The queues that this member reads now.</summary>
    public IReadOnlyCollection<MessageQueue> Queues => _membership.Engine?.HeldQueues ?? [];

    /// <summary>How far it is; null while it does not run.</summary>
    internal ConsumerProgress? Progress => !Volatile.Read(ref _disposed) && _membership.Engine is { } engine ? ConsumerProgress.Of(_context, engine) : null;

    GroupRole IGroupMember.Role => GroupRole.Consumer;

    IReadOnlyCollection<string> IGroupMember.Topics => [.. _context.Subscriptions.Select(subscription => subscription.Topic)];

    /// <summary>
    /// Subscribes to a topic, or changes what is wanted of it; before or after the start. All members of a group must subscribe to the
    /// same topics with the same expressions, because the broker knows one subscription per group.
    /// </summary>
    /// <param name="topic">Topic; it need not exist yet.</param>
    /// <param name="filter">Tags as <c>TagA || TagB</c>, or <see cref="FilterExpression.Sql"/>; null wants every message.</param>
    /// <exception cref="ArgumentException">The topic cannot be one, or the expression is malformed.</exception>
    public void Subscribe(string topic, FilterExpression? filter = null)
    {
        if (NameRules.FaultOfTopic(topic) is { } fault)
        {
            throw new ArgumentException(fault, nameof(topic));
        }

        _context.Subscribe(topic, filter ?? FilterExpression.All);
        _membership.Engine?.Wake();
    }

    /// <summary>Gives a topic up; messages that wait in memory are delivered to nobody here any more.</summary>
    public void Unsubscribe(string topic)
    {
        if (_context.Unsubscribe(topic))
        {
            _membership.Engine?.Wake();
        }
    }

    /// <summary>Stops pulling until <see cref="Resume()"/>; messages that wait in memory are still handled.</summary>
    public void Pause() => _context.IsPaused = true;

    /// <summary>Pulls again, within a second, except queues that are paused by themselves.</summary>
    public void Resume() => _context.IsPaused = false;

    /// <summary>
    /// Stops pulling some queues until <see cref="Resume(IReadOnlyCollection{MessageQueue})"/>, also when they come to this member later;
    /// messages that wait in memory are still handled. A queue that goes to another member is consumed there.
    /// </summary>
    public void Pause(params IReadOnlyCollection<MessageQueue> queues) => _context.SetPaused(queues, paused: true);

    /// <summary>Pulls these queues again, within a second, unless the whole consumer is paused.</summary>
    public void Resume(params IReadOnlyCollection<MessageQueue> queues) => _context.SetPaused(queues, paused: false);

    /// <summary>Starts to deliver messages one by one.</summary>
    /// <param name="handler">Called by up to <see cref="PushConsumerOptions.ConsumeThreads"/> callers at once.</param>
    /// <param name="cancellationToken">Gives the start up, and the consumer with it; it does not stop a started consumer.</param>
    /// <exception cref="InvalidOperationException">It was started before, or the client has a consumer of the group.</exception>
    /// <exception cref="BrokerRejectedException">A SQL92 expression is wrong, or the broker does not filter by such.</exception>
    /// <exception cref="InvalidDataException">The offset file of a broadcasting consumer and its backup are both unreadable.</exception>
    public Task StartAsync(MessageHandler handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return StartAsync(
            new ConcurrentConsumption(
                _context,
                async (messages, token) => await handler(messages[0], token).ConfigureAwait(false) == ConsumeResult.Success
                    ? BatchConsumeResult.Success
                    : BatchConsumeResult.RetryLater,
                1),
            cancellationToken);
    }

    /// <summary>Starts to deliver messages in batches of up to <see cref="PushConsumerOptions.BatchSize"/>, each from one queue.</summary>
    /// <param name="handler">Called by up to <see cref="PushConsumerOptions.ConsumeThreads"/> callers at once.</param>
    /// <param name="cancellationToken">Gives the start up, and the consumer with it; it does not stop a started consumer.</param>
    /// <exception cref="InvalidOperationException">It was started before, or the client has a consumer of the group.</exception>
    /// <exception cref="BrokerRejectedException">A SQL92 expression is wrong, or the broker does not filter by such.</exception>
    /// <exception cref="InvalidDataException">The offset file of a broadcasting consumer and its backup are both unreadable.</exception>
    public Task StartBatchesAsync(BatchMessageHandler handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return StartAsync(new ConcurrentConsumption(_context, handler, _context.Options.BatchSize), cancellationToken);
    }

    /// <summary>
    /// Starts to deliver messages in order: those of one queue one after the other, also while members join and leave; a queue whose handler
    /// fails waits. In clustering the broker locks each queue for one member; in broadcasting every member has every queue.
    /// </summary>
    /// <param name="handler">Called for up to <see cref="PushConsumerOptions.ConsumeThreads"/> queues at once.</param>
    /// <param name="cancellationToken">Gives the start up, and the consumer with it; it does not stop a started consumer.</param>
    /// <exception cref="InvalidOperationException">It was started before, or the client has a consumer of the group.</exception>
    /// <exception cref="BrokerRejectedException">A SQL92 expression is wrong, or the broker does not filter by such.</exception>
    /// <exception cref="InvalidDataException">The offset file of a broadcasting consumer and its backup are both unreadable.</exception>
    public Task StartOrderlyAsync(OrderedMessageHandler handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return StartAsync(new OrderedConsumption(_context, (messages, token) => handler(messages[0], token), 1), cancellationToken);
    }

    /// <summary>As <see cref="StartOrderlyAsync"/>, in batches of up to <see cref="PushConsumerOptions.BatchSize"/>, each from one queue.</summary>
    /// <param name="handler">Called for up to <see cref="PushConsumerOptions.ConsumeThreads"/> queues at once.</param>
    /// <param name="cancellationToken">Gives the start up, and the consumer with it; it does not stop a started consumer.</param>
    /// <exception cref="InvalidOperationException">It was started before, or the client has a consumer of the group.</exception>
    /// <exception cref="BrokerRejectedException">A SQL92 expression is wrong, or the broker does not filter by such.</exception>
    /// <exception cref="InvalidDataException">The offset file of a broadcasting consumer and its backup are both unreadable.</exception>
    public Task StartOrderlyBatchesAsync(OrderedBatchMessageHandler handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return StartAsync(new OrderedConsumption(_context, handler, _context.Options.BatchSize), cancellationToken);
    }

    /// <summary>
    /// Stops pulling, lets running handlers finish within <see cref="PushConsumerOptions.StopGrace"/>, stores the offsets and leaves the
    /// group. Idempotent.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _lifecycle.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_disposed)
            {
                _disposed = true;
                await StopAsync().ConfigureAwait(false);
            }
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

    private static IOffsetStore CreateStore(string group, PushConsumerOptions options, IConsumerBackend backend, ILogger logger)
    {
        if (options.Model == MessageModel.Clustering)
        {
            return new RemoteOffsetStore(group, backend, logger);
        }

        var address = backend.ClientId.Split('@')[0];
        var owner = options.OffsetOwner ?? $"{address}@{backend.ConfiguredInstance ?? "DEFAULT"}";
        return new LocalOffsetStore(LocalOffsetStore.PathOf(options.OffsetDirectory, owner, group), logger);
    }

    private async Task StartAsync(IConsumption consumption, CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_membership.Engine is not null)
            {
                throw new InvalidOperationException($"The consumer of group '{Group}' was started already; make another one for another handler.");
            }

            await _context.Offsets.LoadAsync(cancellationToken).ConfigureAwait(false);
            _context.Backend.Register(this);
            var engine = new ConsumptionEngine(_context, consumption);
            engine.Start();
            _membership.Engine = engine;
            await JoinAsync(engine, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Tells the brokers of this member, then divides the queues; a start that is given up leaves nothing running.</summary>
    private async Task JoinAsync(ConsumptionEngine engine, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var subscription in _context.Subscriptions.Where(subscription => !TagExpression.IsTagType(subscription.Filter.Type)))
            {
                await _context.Backend.CheckAsync(Group, subscription, cancellationToken).ConfigureAwait(false);
            }

            await _context.Backend.HeartbeatAsync(cancellationToken).ConfigureAwait(false);
            engine.Wake();
        }
        catch
        {
            _disposed = true;
            await StopAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task StopAsync()
    {
        if (_membership.Engine is { } engine)
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            await _context.Backend.UnregisterAsync(this).ConfigureAwait(false);
        }
    }
}
