namespace Rocketeer.Protocol.Bodies;

/// <summary>What one group wants of one topic. Built by <see cref="Messages.TagExpression"/>.</summary>
public sealed record SubscriptionData
{
    /// <summary>True when a filter server filters by a class.</summary>
    public bool ClassFilterMode { get; set; }

    /// <summary>Java hashes of the tags (<see cref="Messages.JavaStringHash"/>); empty for all.</summary>
    public HashSet<int> CodeSet { get; set; } = [];

    /// <summary><c>TAG</c> or <c>SQL92</c>.</summary>
    public string? ExpressionType { get; set; } = "TAG";

    /// <summary>The expression as given; <c>*</c> for all.</summary>
    public string SubString { get; set; } = "";

    /// <summary>Version: client's clock, milliseconds since 1970.</summary>
    public long SubVersion { get; set; }

    /// <summary>The tags; empty for all.</summary>
    public HashSet<string> TagsSet { get; set; } = [];

    /// <summary>Topic name.</summary>
    public string Topic { get; set; } = "";
}
