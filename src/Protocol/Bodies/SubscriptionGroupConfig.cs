namespace Rocketeer.Protocol.Bodies;

/// <summary>Configuration of one consumer group in one broker; body of request 200.</summary>
public sealed record SubscriptionGroupConfig
{
    /// <summary>Broker id to pull from.</summary>
    public long BrokerId { get; set; }

    /// <summary>Whether broadcasting is allowed.</summary>
    public bool ConsumeBroadcastEnable { get; set; } = true;

    /// <summary>Whether consuming is allowed.</summary>
    public bool ConsumeEnable { get; set; } = true;

    /// <summary>Whether a new group may begin at the smallest offset.</summary>
    public bool ConsumeFromMinEnable { get; set; } = true;

    /// <summary>Consumer group.</summary>
    public string GroupName { get; set; } = "";

    /// <summary>Whether clients are told when the clients of the group change.</summary>
    public bool NotifyConsumerIdsChangedEnable { get; set; } = true;

    /// <summary>How often a message is retried before it goes to the dead letters.</summary>
    public int RetryMaxTimes { get; set; } = 16;

    /// <summary>Number of queues of the retry topic.</summary>
    public int RetryQueueNums { get; set; } = 1;

    /// <summary>Broker id suggested to a group that is far behind.</summary>
    public long WhichBrokerWhenConsumeSlowly { get; set; } = 1;
}
