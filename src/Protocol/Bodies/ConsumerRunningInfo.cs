using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 307: the inner state of a consumer.</summary>
public sealed record ConsumerRunningInfo
{
    /// <summary>Stacks of all threads, when asked for.</summary>
    public string? Jstack { get; set; }

    /// <summary>State by queue.</summary>
    public Dictionary<MessageQueue, ProcessQueueInfo> MqTable { get; set; } = [];

    /// <summary>Configuration of the consumer, and what the names beginning with PROP_ say.</summary>
    public Dictionary<string, string> Properties { get; set; } = [];

    /// <summary>Statistics by topic.</summary>
    public Dictionary<string, ConsumeStatus> StatusTable { get; set; } = [];

    /// <summary>Subscriptions.</summary>
    public List<SubscriptionData> SubscriptionSet { get; set; } = [];
}
