using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>What a RocketCluster is wanted to be (reference: docs/operator.md).</summary>
[ValidationRule(
    "self.brokers.replication != 'Sync' || self.brokers.replicasPerGroup >= 1",
    "brokers.replication Sync needs at least one slave: set brokers.replicasPerGroup to 1 or more.")]
[ValidationRule(
    "!has(self.failover.mode) || self.failover.mode != 'Automatic' || self.brokers.replicasPerGroup >= 1",
    "failover.mode Automatic needs at least one slave: set brokers.replicasPerGroup to 1 or more.")]
[ValidationRule(
    "has(self.clusterName) == has(oldSelf.clusterName) && (!has(self.clusterName) || self.clusterName == oldSelf.clusterName)",
    "clusterName cannot be changed.")]
[ValidationRule(
    "self.security.tls.mode == 'Disabled' || has(self.security.tls.secretName)",
    "security.tls.secretName is required unless security.tls.mode is Disabled.")]
internal sealed class RocketClusterSpec
{
    [Description("Version shown to people; the tag of the brokers' image when absent.")]
    [Pattern("^[0-9]+\\.[0-9]+\\.[0-9]+.*$"), Length(1, 64)]
    public string? Version { get; set; }

    [Description("When the kubelet pulls the images.")]
    public ImagePullPolicy ImagePullPolicy { get; set; } = ImagePullPolicy.IfNotPresent;

    [Description("Names of the Secrets to pull images with.")]
    [Items(16, Set = true)]
    public IList<string> ImagePullSecrets { get; set; } = [];

    [Description("Name of the cluster on the wire; metadata.name when absent. It cannot be changed.")]
    [Pattern("^[%|a-zA-Z0-9_-]+$"), Length(1, 127)]
    public string? ClusterName { get; set; }

    [Description("The name servers.")]
    public NamesrvSpec Namesrv { get; set; } = new();

    [Description("The brokers.")]
    public BrokersSpec Brokers { get; set; } = new();

    [Description("Where the brokers keep their messages.")]
    public StorageSpec Storage { get; set; } = new();

    [Description("What happens when a master is gone.")]
    public FailoverSpec Failover { get; set; } = new();

    [Description("How changes reach pods.")]
    public RolloutSpec Rollout { get; set; } = new();

    [Description("Rules for the Topics and ConsumerGroups of this cluster.")]
    public TopicsSpec Topics { get; set; } = new();

    [Description("Access control and TLS.")]
    public SecuritySpec Security { get; set; } = new();

    [Description("Objects for the Prometheus operator, made when the API server serves their kinds.")]
    public MonitoringSpec Monitoring { get; set; } = new();

    [Description("PodDisruptionBudgets.")]
    public PdbSpec Pdb { get; set; } = new();

    [Description("True: the operator observes and reports, and changes nothing.")]
    public bool Paused { get; set; }

    [Description("True: every pod is stopped, slaves last; volumes and resources stay.")]
    public bool Hibernate { get; set; }
}

/// <summary>When the kubelet pulls an image.</summary>
internal enum ImagePullPolicy
{
    IfNotPresent,
    Always,
    Never,
}

/// <summary>PodDisruptionBudgets.</summary>
internal sealed class PdbSpec
{
    [Description("Whether budgets are made.")]
    public bool Enabled { get; set; } = true;
}
