namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 309.</summary>
public sealed record ConsumeMessageDirectlyResult
{
    /// <summary>Whether the listener commits by itself.</summary>
    public bool AutoCommit { get; set; } = true;

    /// <summary>Outcome.</summary>
    public ConsumeResult ConsumeResult { get; set; }

    /// <summary>True for a listener that consumes in order.</summary>
    public bool Order { get; set; }

    /// <summary>Text of an exception.</summary>
    public string? Remark { get; set; }

    /// <summary>Time it took, milliseconds.</summary>
    public long SpentTimeMills { get; set; }
}
