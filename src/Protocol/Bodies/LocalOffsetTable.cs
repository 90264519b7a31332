using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Offsets that a broadcasting consumer keeps: offsets.json.</summary>
public sealed record LocalOffsetTable
{
    /// <summary>Offset by queue.</summary>
    public Dictionary<MessageQueue, long> OffsetTable { get; set; } = [];
}
