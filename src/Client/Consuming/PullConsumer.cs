using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rocketeer.Client.Groups;
using Rocketeer.Client.Routing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// Reads queues where and when the caller says: no share of a group is assigned, no retry happens. Offsets of the group are the caller's
/// to read and to write. Thread-safe.
/// </summary>
/// <example><code>
/// await using var pull = client.CreatePullConsumer("audit");
/// foreach (var queue in await pull.GetQueuesAsync("orders"))
/// {
///     var result = await pull.PullAsync(queue, await pull.FetchOffsetAsync(queue) ?? 0, 32);
/// }
/// </code></example>
public sealed partial class PullConsumer : IGroupMember
{
    private static readonly TimeSpan PullTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SuspendTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan WaitingPullTimeout = TimeSpan.FromSeconds(30);

    private readonly IConsumerBackend _backend;
    private readonly PullConsumerOptions _options;
    private readonly ILogger _logger;
    private readonly RemoteOffsetStore _offsets;
    private readonly PeriodicLoop _persisting;
    private readonly ConcurrentDictionary<string, byte> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<MessageQueue, long> _brokerIds = new();
    private readonly ConcurrentDictionary<MessageQueue, byte> _queues = new();
    private readonly DateTimeOffset _startedAt;
    private int _disposed;

    internal PullConsumer(string group, PullConsumerOptions options, IConsumerBackend backend)
    {
        if (NameRules.FaultOfGroup(group) is { } fault)
        {
            throw new ArgumentException(fault, nameof(group));
        }

        Group = group;
        _options = options.Copy();
        _options.Validate();
        _backend = backend;
        _logger = backend.Loggers.CreateLogger<PullConsumer>();
        _offsets = new RemoteOffsetStore(group, backend, _logger);
        _startedAt = backend.Clock.GetUtcNow();
        _persisting = new PeriodicLoop($"persist offsets of {group}", backend.OffsetPersistInterval, PersistAsync, backend.Clock, _logger);
        backend.Register(this);
        _persisting.Start();
    }

    /// <summary>Name of the consumer group.</summary>
    public string Group { get; }

    GroupRole IGroupMember.Role => GroupRole.Consumer;

    IReadOnlyCollection<string> IGroupMember.Topics => [.. _topics.Keys];

    /// <summary>All readable queues of a topic, ordered.</summary>
    /// <exception cref="RouteNotFoundException">The topic does not exist.</exception>
    /// <exception cref="RocketeerException">No name server answered.</exception>
    public async Task<IReadOnlyList<MessageQueue>> GetQueuesAsync(string topic, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        var queues = await _backend.GetQueuesAsync(topic, cancellationToken).ConfigureAwait(false);
        Note(topic);
        return [.. queues.Order()];
    }

    /// <summary>Pulls once, without waiting for messages.</summary>
    /// <param name="queue">Queue to read.</param>
    /// <param name="offset">First offset wanted, 0 or more.</param>
    /// <param name="maxMessages">Most messages wanted, 1 or more; brokers give at most 32 unless told otherwise.</param>
    /// <param name="filter">Which messages; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BrokerRejectedException">The broker refused; the code says why.</exception>
    /// <exception cref="RocketeerException">The broker could not be reached, or did not answer within 10 s.</exception>
    public Task<PullResult> PullAsync(
        MessageQueue queue, long offset, int maxMessages = 32, FilterExpression? filter = null, CancellationToken cancellationToken = default) =>
        PullOnceAsync(queue, offset, maxMessages, filter, null, PullTimeout, cancellationToken);

    /// <summary>Pulls once, and lets the broker hold the request up to 20 s while there is no message. Otherwise as <see cref="PullAsync"/>.</summary>
    public Task<PullResult> PullOrWaitAsync(
        MessageQueue queue, long offset, int maxMessages = 32, FilterExpression? filter = null, CancellationToken cancellationToken = default) =>
        PullOnceAsync(queue, offset, maxMessages, filter, SuspendTime, WaitingPullTimeout, cancellationToken);

    /// <summary>The offset of the group that was set here last, or else the one that the broker has; null when there is none.</summary>
    /// <exception cref="RocketeerException">The broker could not be reached or refused.</exception>
    public async Task<long?> FetchOffsetAsync(MessageQueue queue, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return _offsets.Read(queue) ?? await _offsets.FetchAsync(queue, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Remembers the group's offset; it is stored every few seconds and on disposal.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="offset">First offset that is not consumed; lower ones than before are taken too.</param>
    public void SetOffset(MessageQueue queue, long offset)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ThrowIfDisposed();
        _queues.TryAdd(queue, 0);
        _offsets.Update(queue, offset, increaseOnly: false);
    }

    /// <summary>Stores the group's offset on the broker and returns when the broker has it.</summary>
    /// <exception cref="RocketeerException">The broker could not be reached or refused.</exception>
    public async Task CommitOffsetAsync(MessageQueue queue, long offset, CancellationToken cancellationToken = default)
    {
        SetOffset(queue, offset);
        await _offsets.PersistAsync(queue, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>First offset of a queue.</summary>
    public Task<long> GetMinOffsetAsync(MessageQueue queue, CancellationToken cancellationToken = default) =>
        _backend.GetMinOffsetAsync(queue, cancellationToken).AsTask();

    /// <summary>Offset behind the last message of a queue.</summary>
    public Task<long> GetMaxOffsetAsync(MessageQueue queue, CancellationToken cancellationToken = default) =>
        _backend.GetMaxOffsetAsync(queue, cancellationToken).AsTask();

    /// <summary>First offset whose message was stored at or after a time.</summary>
    public Task<long> SearchOffsetAsync(MessageQueue queue, DateTimeOffset time, CancellationToken cancellationToken = default) =>
        _backend.SearchOffsetAsync(queue, time.ToUnixTimeMilliseconds(), cancellationToken).AsTask();

    /// <summary>Gives a message to the group's retry topic, where push consumers of the group get it after a delay.</summary>
    /// <param name="message">A message that was pulled here.</param>
    /// <param name="delayLevel">0 lets the broker decide by the number of attempts; negative makes it a dead letter.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RocketeerException">The broker could not be reached or refused.</exception>
    public Task SendBackAsync(MessageExt message, int delayLevel = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _backend.SendBackAsync(Group, message.BrokerName, message, delayLevel, _options.MaxReconsumeTimes, cancellationToken).AsTask();
    }

    /// <summary>Stores the offsets and leaves the group. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        foreach (var stream in _streams.Keys)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        await _persisting.DisposeAsync().ConfigureAwait(false);
        await PersistAsync(CancellationToken.None).ConfigureAwait(false);
        await _backend.UnregisterAsync(this).ConfigureAwait(false);
    }

    void IGroupMember.Describe(HeartbeatData heartbeat)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        heartbeat.ConsumerDataSet.Add(new ConsumerData
        {
            GroupName = Group,
            ConsumeType = ConsumeType.Actively,
            ConsumeFromWhere = ConsumeFromWhere.LastOffset,
            SubscriptionDataSet = [.. _topics.Keys.Select(topic => TagExpression.Parse(topic, TagExpression.All, 0))],
        });
    }

    void IGroupMember.RouteChanged(TopicRoute route)
    {
        // Nothing is assigned, so nothing changes.
    }

    ValueTask<RemotingCommand?> IGroupMember.HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken) =>
        HandleAsync(request, cancellationToken);

    private Task PersistAsync(CancellationToken cancellationToken) =>
        _offsets.PersistAllAsync((IReadOnlyCollection<MessageQueue>)_queues.Keys, cancellationToken).AsTask();

    private void Note(string topic) => _topics.TryAdd(topic, 0);

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);

    private async Task<PullResult> PullOnceAsync(
        MessageQueue queue, long offset, int maxMessages, FilterExpression? filter, TimeSpan? suspend, TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        ThrowIfDisposed();
        Note(queue.Topic);
        filter ??= FilterExpression.All;
        var answer = await _backend.PullAsync(
            new PullCall
            {
                Group = Group,
                Queue = queue,
                Offset = offset,
                MaxMessages = maxMessages,
                Filter = filter,
                InlineFilter = true,
                BrokerId = _brokerIds.GetValueOrDefault(queue),
                Suspend = suspend,
                Timeout = timeout,
            },
            cancellationToken).ConfigureAwait(false);
        _brokerIds[queue] = answer.SuggestedBrokerId;
        return new PullResult(
            answer.Status, answer.NextOffset, answer.MinOffset, answer.MaxOffset, Array.FindAll(answer.Messages, filter.Accepts));
    }
}
