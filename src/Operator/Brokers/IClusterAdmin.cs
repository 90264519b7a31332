using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Operator.Brokers;

/// <summary>
/// What the name servers and brokers of one cluster say and take. Calls fail with the leaves of <see cref="Rocketeer.Client.RocketeerException"/>.
/// Thread-safe.
/// </summary>
internal interface IClusterAdmin : IAsyncDisposable
{
    /// <summary>The broker groups of a cluster as the name servers know them, by name.</summary>
    Task<IReadOnlyList<BrokerGroup>> GetBrokersAsync(string cluster, CancellationToken cancellationToken);

    /// <summary>All topics of a broker by name (request 21).</summary>
    Task<IReadOnlyDictionary<string, TopicConfig>> GetTopicsAsync(string broker, CancellationToken cancellationToken);

    /// <summary>All consumer groups of a broker by name (request 201).</summary>
    Task<IReadOnlyDictionary<string, SubscriptionGroupConfig>> GetGroupsAsync(string broker, CancellationToken cancellationToken);

    /// <summary>Creates or changes a topic (request 17). 4.4's brokers answer before they have done it.</summary>
    Task PutTopicAsync(string broker, TopicConfig topic, CancellationToken cancellationToken);

    /// <summary>Deletes a topic from a broker (request 215); that it has none is as good.</summary>
    Task DeleteTopicAsync(string broker, string topic, CancellationToken cancellationToken);

    /// <summary>Deletes a topic from every name server (request 216).</summary>
    Task DeleteTopicRouteAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Creates or changes a consumer group (request 200).</summary>
    Task PutGroupAsync(string broker, SubscriptionGroupConfig group, CancellationToken cancellationToken);

    /// <summary>Deletes a consumer group from a broker (request 207).</summary>
    Task DeleteGroupAsync(string broker, string group, CancellationToken cancellationToken);

    /// <summary>First and next offset of each queue of a topic, by queue id (request 202); empty when the broker does not know the topic.</summary>
    Task<IReadOnlyDictionary<int, TopicOffset>> GetOffsetsAsync(string broker, string topic, CancellationToken cancellationToken);

    /// <summary>Consumer groups that have consumed a topic (request 300).</summary>
    Task<IReadOnlyList<string>> GetReadersAsync(string broker, string topic, CancellationToken cancellationToken);

    /// <summary>How far a consumer group is, in one topic or in all of its topics (request 208).</summary>
    Task<IReadOnlyList<GroupProgress>> GetProgressAsync(string broker, string group, string? topic, CancellationToken cancellationToken);

    /// <summary>Offset of the first message of a queue that was stored at a time or later (request 29).</summary>
    Task<long> SearchOffsetAsync(string broker, string topic, int queue, DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>Sets a committed offset (request 15).</summary>
    Task SetOffsetAsync(string broker, string group, string topic, int queue, long offset, CancellationToken cancellationToken);

    /// <summary>Makes members that are online go to a time (request 222).</summary>
    /// <param name="broker">A master.</param>
    /// <param name="group">The consumer group.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="timestamp">Milliseconds since 1970; -1 for the end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task NotifyResetAsync(string broker, string group, string topic, long timestamp, CancellationToken cancellationToken);

    /// <summary>Members of a group that are connected to a broker (request 203); <see langword="null"/> when there are none.</summary>
    Task<ConsumerConnection?> GetMembersAsync(string broker, string group, CancellationToken cancellationToken);

    /// <summary>The order configuration that every name server holds, by topic; what the name servers disagree on is not in it.</summary>
    Task<IReadOnlyDictionary<string, string>> GetOrdersAsync(CancellationToken cancellationToken);

    /// <summary>Writes the order configuration of a topic to every name server; <see langword="null"/> deletes it.</summary>
    Task PutOrderAsync(string topic, string? value, CancellationToken cancellationToken);
}

/// <summary>A broker group as the name servers know it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Master">Address of its master; <see langword="null"/> while it has none.</param>
/// <param name="Slaves">Addresses of its slaves.</param>
internal sealed record BrokerGroup(string Name, string? Master, IReadOnlyList<string> Slaves);

/// <summary>How far a consumer group is in one queue.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Queue">The queue.</param>
/// <param name="Next">Offset behind the last message.</param>
/// <param name="Committed">Where the group is.</param>
/// <param name="LastTime">Store time of the last message that was consumed, milliseconds since 1970; 0 when unknown.</param>
internal sealed record GroupProgress(string Topic, int Queue, long Next, long Committed, long LastTime)
{
    /// <summary>Messages that are not read.</summary>
    public long Unread => Math.Max(0, Next - Math.Max(0, Committed));
}
