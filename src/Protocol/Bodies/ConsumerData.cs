namespace Rocketeer.Protocol.Bodies;

/// <summary>One consumer group of a client.</summary>
public sealed record ConsumerData
{
    /// <summary>Where a new group begins.</summary>
    public ConsumeFromWhere ConsumeFromWhere { get; set; }

    /// <summary>Push or pull.</summary>
    public ConsumeType ConsumeType { get; set; } = ConsumeType.Passively;

    /// <summary>Consumer group.</summary>
    public string GroupName { get; set; } = "";

    /// <summary>Whether the queues are divided among the clients.</summary>
    public MessageModel MessageModel { get; set; } = MessageModel.Clustering;

    /// <summary>What the group subscribes to.</summary>
    public List<SubscriptionData> SubscriptionDataSet { get; set; } = [];

    /// <summary>True for unit applications.</summary>
    public bool UnitMode { get; set; }
}
