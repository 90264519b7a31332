namespace Rocketeer.Protocol.Bodies;

/// <summary>Offsets of one queue.</summary>
public sealed record TopicOffset
{
    /// <summary>Store time of the last message, milliseconds since 1970; 0 when unknown.</summary>
    public long LastUpdateTimestamp { get; set; }

    /// <summary>Offset behind the last message.</summary>
    public long MaxOffset { get; set; }

    /// <summary>Offset of the first message.</summary>
    public long MinOffset { get; set; }
}
