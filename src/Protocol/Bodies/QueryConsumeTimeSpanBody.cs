namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 303.</summary>
public sealed record QueryConsumeTimeSpanBody
{
    /// <summary>Times by queue.</summary>
    public List<QueueTimeSpan> ConsumeTimeSpanSet { get; set; } = [];
}
