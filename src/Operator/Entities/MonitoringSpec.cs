using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>Objects for the Prometheus operator.</summary>
internal sealed class MonitoringSpec
{
    [Description("A PodMonitor for name servers and brokers.")]
    public MonitorSpec PodMonitor { get; set; } = new();

    [Description("A PrometheusRule with alerts.")]
    public MonitorSpec Rules { get; set; } = new();

    [Description("A ConfigMap with Grafana dashboards.")]
    public MonitorSpec Dashboards { get; set; } = new();
}

/// <summary>One object for monitoring.</summary>
internal sealed class MonitorSpec
{
    [Description("Whether it is made.")]
    public bool Enabled { get; set; }

    [Description("Labels by which Prometheus or Grafana finds it.")]
    [PropertyLimits(32)]
    public IDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    [Description("Seconds between scrapes.")]
    [RangeMinimum(5), RangeMaximum(3600)]
    public int IntervalSeconds { get; set; } = 30;
}
