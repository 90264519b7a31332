using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Hosting;

/// <summary>What every server has beside its own options. Keys of our own; the original has nothing of the kind.</summary>
public sealed class HostingOptions
{
    /// <summary>Port of <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>. Default 0: not served, as on a laptop nobody asks.</summary>
    [PropertyKey("metricsPort", Min = 0, Max = 65535)]
    public int MetricsPort { get; set; }

    /// <summary>Address that port listens on. Default: all.</summary>
    [PropertyKey("metricsAddress")]
    public string MetricsAddress { get; set; } = "0.0.0.0";
}
