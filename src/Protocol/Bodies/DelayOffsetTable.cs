namespace Rocketeer.Protocol.Bodies;

/// <summary>How far the delayed messages are delivered: answer to request 45, and delayOffset.json.</summary>
public sealed record DelayOffsetTable
{
    /// <summary>Offset by delay level.</summary>
    public Dictionary<int, long> OffsetTable { get; set; } = [];
}
