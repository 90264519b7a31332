using Microsoft.Extensions.Logging;
using Rocketeer.Client.Groups;
using Rocketeer.Client.Tracing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// What consumers need of the rest of the client. Calls throw a <see cref="RocketeerException"/> when the other side says no or cannot
/// be reached. Thread-safe.
/// </summary>
internal interface IConsumerBackend
{
    /// <summary>The id that brokers know this client by.</summary>
    string ClientId { get; }

    /// <summary>Name servers as configured, separated by semicolons.</summary>
    string NameServers { get; }

    /// <summary>The part of <see cref="ClientId"/> behind the @ if it was configured, and so survives a restart; else null.</summary>
    string? ConfiguredInstance { get; }

    /// <summary>Clock of every timer.</summary>
    TimeProvider Clock { get; }

    /// <summary>Loggers.</summary>
    ILoggerFactory Loggers { get; }

    /// <summary>How often offsets are kept for good.</summary>
    TimeSpan OffsetPersistInterval { get; }

    /// <summary>Makes a consumer known: heartbeats tell of it, its topics' routes are kept fresh, requests of brokers reach it.</summary>
    /// <exception cref="InvalidOperationException">The group has a consumer in this client already.</exception>
    void Register(IGroupMember member);

    /// <summary>Forgets a consumer and tells every broker.</summary>
    ValueTask UnregisterAsync(IGroupMember member);

    /// <summary>Sends heartbeats now; what fails is logged.</summary>
    ValueTask HeartbeatAsync(CancellationToken cancellationToken);

    /// <summary>Asks a broker of the topic whether it can serve a subscription (request 46); a topic without a route is not asked about.</summary>
    /// <exception cref="BrokerRejectedException">It cannot; the remark says why.</exception>
    ValueTask CheckAsync(string group, Subscription subscription, CancellationToken cancellationToken);

    /// <summary>The readable queues of a topic.</summary>
    /// <exception cref="RouteNotFoundException">No route.</exception>
    ValueTask<IReadOnlyList<MessageQueue>> GetQueuesAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Client ids of the group's members, as a broker of the topic knows them.</summary>
    ValueTask<IReadOnlyList<string>> GetMembersAsync(string topic, string group, CancellationToken cancellationToken);

    /// <summary>Pulls; the messages are decoded and inflated, those of a retry topic have their first topic again; nothing is filtered.</summary>
    /// <exception cref="BrokerRejectedException">An answer that is none of the pull statuses.</exception>
    ValueTask<PullAnswer> PullAsync(PullCall call, CancellationToken cancellationToken);

    /// <summary>The committed offset of a group, or null when the broker has none.</summary>
    ValueTask<long?> QueryOffsetAsync(string group, MessageQueue queue, CancellationToken cancellationToken);

    /// <summary>Commits an offset.</summary>
    /// <param name="group">Group.</param>
    /// <param name="queue">Queue.</param>
    /// <param name="offset">First offset that is not consumed.</param>
    /// <param name="awaitAnswer">False to send it one-way.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask CommitOffsetAsync(string group, MessageQueue queue, long offset, bool awaitAnswer, CancellationToken cancellationToken);

    /// <summary>Offset behind the last message.</summary>
    ValueTask<long> GetMaxOffsetAsync(MessageQueue queue, CancellationToken cancellationToken);

    /// <summary>First offset.</summary>
    ValueTask<long> GetMinOffsetAsync(MessageQueue queue, CancellationToken cancellationToken);

    /// <summary>First offset stored at or after a time, milliseconds since 1970.</summary>
    ValueTask<long> SearchOffsetAsync(MessageQueue queue, long timestampMs, CancellationToken cancellationToken);

    /// <summary>Gives a message back to its broker, to be delivered to the group again.</summary>
    /// <param name="group">Group.</param>
    /// <param name="brokerName">Broker that the message came from.</param>
    /// <param name="message">The message.</param>
    /// <param name="delayLevel">0 lets the broker decide by the number of attempts; negative means dead letter.</param>
    /// <param name="maxReconsumeTimes">Attempts before dead letter.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask SendBackAsync(
        string group, string brokerName, MessageExt message, int delayLevel, int maxReconsumeTimes, CancellationToken cancellationToken);

    /// <summary>Locks queues for this client (41).</summary>
    /// <returns>Those of them that it has now.</returns>
    ValueTask<IReadOnlyCollection<MessageQueue>> LockAsync(
        string group, string brokerName, IReadOnlyList<MessageQueue> queues, CancellationToken cancellationToken);

    /// <summary>Gives locks back (42).</summary>
    ValueTask UnlockAsync(string group, string brokerName, IReadOnlyList<MessageQueue> queues, CancellationToken cancellationToken);

    /// <summary>What traces the consumer of a group; null if it shall not be traced.</summary>
    HandlingTracer? CreateTracer(string group, TraceOptions options);

    /// <summary>Sends an ordinary message, from the client's inner producer.</summary>
    ValueTask SendAsync(Message message, CancellationToken cancellationToken);
}
