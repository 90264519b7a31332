using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Operator;

/// <summary>What the operator is told at its start; the cluster of Kubernetes comes from KUBECONFIG, the user's kubeconfig or the pod's account.</summary>
internal sealed class OperatorOptions
{
    /// <summary>Namespace that is watched; empty for all. Clusters and what names them must both be in it.</summary>
    [PropertyKey("watchNamespace")]
    public string WatchNamespace { get; set; } = "";

    /// <summary>Resources of each kind that are worked on at once. Default 4.</summary>
    [PropertyKey("workers", Min = 1, Max = 64)]
    public int Workers { get; set; } = 4;

    /// <summary>Whether operators agree by a Lease on which of them works. Default true; one alone on a laptop may do without.</summary>
    [PropertyKey("leaderElection")]
    public bool LeaderElection { get; set; } = true;

    /// <summary>Namespace of that Lease. Default: <c>default</c>; the chart sets its own.</summary>
    [PropertyKey("operatorNamespace")]
    public string OperatorNamespace { get; set; } = "default";
}
