using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>Names a RocketCluster.</summary>
internal sealed class ClusterReference
{
    [Required, Description("Name of the RocketCluster.")]
    [Length(1, 253)]
    public string Name { get; set; } = "";

    [Description("Its namespace; the own one when absent. The cluster must allow it.")]
    [Length(1, 63)]
    public string? Namespace { get; set; }
}
