namespace Rocketeer.Protocol.Bodies;

/// <summary>Expressions of the groups that consume one topic.</summary>
public sealed record TopicFilterData
{
    /// <summary>Filters by group.</summary>
    public Dictionary<string, ConsumerFilterData> GroupFilterData { get; set; } = [];

    /// <summary>Topic name.</summary>
    public string Topic { get; set; } = "";
}
