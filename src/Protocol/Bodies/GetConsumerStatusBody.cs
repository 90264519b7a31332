using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to requests 221 and 223: offsets that clients hold in memory.</summary>
public sealed record GetConsumerStatusBody
{
    /// <summary>Offsets by client and queue; in the broker's answer.</summary>
    public Dictionary<string, Dictionary<MessageQueue, long>> ConsumerTable { get; set; } = [];

    /// <summary>Offsets by queue; in a client's answer.</summary>
    public Dictionary<MessageQueue, long> MessageQueueTable { get; set; } = [];
}
