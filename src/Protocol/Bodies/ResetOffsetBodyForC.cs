namespace Rocketeer.Protocol.Bodies;

/// <summary>Body of request 220 for clients written in C++.</summary>
public sealed record ResetOffsetBodyForC
{
    /// <summary>New offset of each queue.</summary>
    public List<MessageQueueForC> OffsetTable { get; set; } = [];
}
