namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 203.</summary>
public sealed record ConsumerConnection
{
    /// <summary>Clients of the group.</summary>
    public List<Connection> ConnectionSet { get; set; } = [];

    /// <summary>Where a new group begins.</summary>
    public ConsumeFromWhere ConsumeFromWhere { get; set; }

    /// <summary>Push or pull.</summary>
    public ConsumeType ConsumeType { get; set; } = ConsumeType.Passively;

    /// <summary>Whether the queues are divided among the clients.</summary>
    public MessageModel MessageModel { get; set; } = MessageModel.Clustering;

    /// <summary>Subscriptions by topic.</summary>
    public Dictionary<string, SubscriptionData> SubscriptionTable { get; set; } = [];
}
