namespace Rocketeer.Protocol.Bodies;

/// <summary>How far a group is in one queue.</summary>
public sealed record OffsetWrapper
{
    /// <summary>Offset behind the last message.</summary>
    public long BrokerOffset { get; set; }

    /// <summary>Committed offset.</summary>
    public long ConsumerOffset { get; set; }

    /// <summary>Store time of the last consumed message, milliseconds since 1970; 0 when unknown.</summary>
    public long LastTimestamp { get; set; }
}
