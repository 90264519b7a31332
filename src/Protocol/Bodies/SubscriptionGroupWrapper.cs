namespace Rocketeer.Protocol.Bodies;

/// <summary>All consumer groups of a broker with their version: answer to request 201, and subscriptionGroup.json.</summary>
public sealed record SubscriptionGroupWrapper
{
    /// <summary>Version of the table.</summary>
    public DataVersion DataVersion { get; set; } = new();

    /// <summary>Groups by name.</summary>
    public Dictionary<string, SubscriptionGroupConfig> SubscriptionGroupTable { get; set; } = [];
}
