namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 308.</summary>
public sealed record QueryCorrectionOffsetBody
{
    /// <summary>Offset by queue index.</summary>
    public Dictionary<int, long> CorrectionOffsets { get; set; } = [];
}
