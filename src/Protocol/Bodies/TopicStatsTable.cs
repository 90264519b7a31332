using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 202.</summary>
public sealed record TopicStatsTable
{
    /// <summary>Offsets by queue.</summary>
    public Dictionary<MessageQueue, TopicOffset> OffsetTable { get; set; } = [];
}
