namespace Rocketeer.Protocol.Bodies;

/// <summary>Which groups consumed a message and which did not; defined, but no process of 4.4.0 sends it.</summary>
public sealed record ConsumeByWho
{
    /// <summary>Groups that did.</summary>
    public List<string> ConsumedGroup { get; set; } = [];

    /// <summary>Groups that did not.</summary>
    public List<string> NotConsumedGroup { get; set; } = [];

    /// <summary>Offset of the message.</summary>
    public long Offset { get; set; }

    /// <summary>Queue index.</summary>
    public int QueueId { get; set; }

    /// <summary>Topic name.</summary>
    public string? Topic { get; set; }
}
