using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Broker.Configuration;

/// <summary>Bounds of what a scrape may see; keys of our own. Where the metrics are served: <c>metricsPort</c>. Read live.</summary>
public sealed class MetricsSettings
{
    /// <summary>Topics with series of their own; the others share one.</summary>
    [PropertyKey("metricsMaxTopics", Min = 0, Max = 1_000_000)]
    public int MetricsMaxTopics { get; set; } = 1000;

    /// <summary>Pairs of topic and consumer group with series of their own; the others share one.</summary>
    [PropertyKey("metricsMaxGroups", Min = 0, Max = 1_000_000)]
    public int MetricsMaxGroups { get; set; } = 1000;
}
