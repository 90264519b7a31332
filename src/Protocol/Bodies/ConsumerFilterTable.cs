namespace Rocketeer.Protocol.Bodies;

/// <summary>Expressions of all groups: consumerFilter.json.</summary>
public sealed record ConsumerFilterTable
{
    /// <summary>Filters by topic.</summary>
    public Dictionary<string, TopicFilterData> FilterDataByTopic { get; set; } = [];
}
