namespace Rocketeer.Protocol.Bodies;

/// <summary>One entry of a consume queue.</summary>
public sealed record ConsumeQueueData
{
    /// <summary>Bit map of the filters that match.</summary>
    public string? BitMap { get; set; }

    /// <summary>Whether the filter of the group matches.</summary>
    public bool Eval { get; set; }

    /// <summary>Extension of the entry.</summary>
    public string? ExtendDataJson { get; set; }

    /// <summary>Why the message could not be evaluated.</summary>
    public string? Msg { get; set; }

    /// <summary>Commit log offset.</summary>
    public long PhysicOffset { get; set; }

    /// <summary>Record length, bytes.</summary>
    public int PhysicSize { get; set; }

    /// <summary>Hash of the tag, or delivery time.</summary>
    public long TagsCode { get; set; }
}
