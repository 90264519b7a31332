using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 222 and body of request 220.</summary>
public sealed record ResetOffsetBody
{
    /// <summary>New offset by queue.</summary>
    public Dictionary<MessageQueue, long> OffsetTable { get; set; } = [];
}
