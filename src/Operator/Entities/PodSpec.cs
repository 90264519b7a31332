using k8s.Models;
using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>The part of a pod that people may decide. What the operator sets itself wins.</summary>
internal sealed class PodSpec
{
    [Description("Labels of the pods. Labels that the operator sets win.")]
    [PropertyLimits(64)]
    public IDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    [Description("Annotations of the pods.")]
    [PropertyLimits(64)]
    public IDictionary<string, string> Annotations { get; set; } = new Dictionary<string, string>();

    [Description("Labels that a node must have.")]
    [PropertyLimits(64)]
    public IDictionary<string, string> NodeSelector { get; set; } = new Dictionary<string, string>();

    [Description("Taints that the pods tolerate.")]
    [Items(64), PreserveUnknownFields]
    public IList<V1Toleration> Tolerations { get; set; } = [];

    [Description("Affinity; takes the place of the operator's own (members of one group on different nodes).")]
    [PreserveUnknownFields]
    public V1Affinity? Affinity { get; set; }

    [Description("Spread over zones or nodes; takes the place of the operator's own.")]
    [Items(16), PreserveUnknownFields]
    public IList<V1TopologySpreadConstraint> TopologySpreadConstraints { get; set; } = [];

    [Description("PriorityClass of the pods.")]
    [Length(1, 253)]
    public string? PriorityClassName { get; set; }

    [Description("Security context of the pods; without it: not root, user and fsGroup 65532, seccomp RuntimeDefault.")]
    [PreserveUnknownFields]
    public V1PodSecurityContext? PodSecurityContext { get; set; }

    [Description("More environment variables of the main container.")]
    [Items(128, MapKeys = ["name"]), PreserveUnknownFields]
    public IList<V1EnvVar> Env { get; set; } = [];

    [Description("More sources of environment variables.")]
    [Items(32), PreserveUnknownFields]
    public IList<V1EnvFromSource> EnvFrom { get; set; } = [];

    [Description("More volumes.")]
    [Items(32, MapKeys = ["name"]), PreserveUnknownFields]
    public IList<V1Volume> ExtraVolumes { get; set; } = [];

    [Description("Where they are mounted in the main container.")]
    [Items(32, MapKeys = ["mountPath"]), PreserveUnknownFields]
    public IList<V1VolumeMount> ExtraVolumeMounts { get; set; } = [];

    [Description("ServiceAccount to run as; without it the operator makes one.")]
    [Length(1, 253)]
    public string? ServiceAccountName { get; set; }

    [Description("RuntimeClass of the pods.")]
    [Length(1, 253)]
    public string? RuntimeClassName { get; set; }
}
