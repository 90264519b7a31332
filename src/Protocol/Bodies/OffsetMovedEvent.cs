using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Body of a message in topic OFFSET_MOVED_EVENT: the broker corrected the offset of a group.</summary>
public sealed record OffsetMovedEvent
{
    /// <summary>Consumer group.</summary>
    public string ConsumerGroup { get; set; } = "";

    /// <summary>The queue.</summary>
    public MessageQueue? MessageQueue { get; set; }

    /// <summary>Offset that the broker proposed.</summary>
    public long OffsetNew { get; set; }

    /// <summary>Offset that was asked for.</summary>
    public long OffsetRequest { get; set; }
}
