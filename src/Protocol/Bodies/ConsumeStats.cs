using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 208: how far a group is.</summary>
public sealed record ConsumeStats
{
    /// <summary>Messages per second.</summary>
    public double ConsumeTps { get; set; }

    /// <summary>Offsets by queue.</summary>
    public Dictionary<MessageQueue, OffsetWrapper> OffsetTable { get; set; } = [];
}
