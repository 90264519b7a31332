using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Body of requests 41 and 42: locks or unlocks queues for one client.</summary>
public sealed record LockBatchRequestBody
{
    /// <summary>Id of the client.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Consumer group.</summary>
    public string ConsumerGroup { get; set; } = "";

    /// <summary>The queues.</summary>
    public List<MessageQueue> MqSet { get; set; } = [];
}
