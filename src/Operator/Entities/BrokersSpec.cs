using k8s.Models;
using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>The brokers of a cluster.</summary>
[ValidationRule(
    "!has(self.advertiseTemplate) || self.advertise == 'Template'", "brokers.advertiseTemplate needs brokers.advertise Template.")]
[ValidationRule(
    "self.advertise != 'Template' || has(self.advertiseTemplate)", "brokers.advertise Template needs brokers.advertiseTemplate.")]
internal sealed class BrokersSpec
{
    [Description("Number of broker groups; each has one master. This is what kubectl scale changes.")]
    [RangeMinimum(0), RangeMaximum(64)]
    public int Groups { get; set; } = 1;

    [Description("Slaves of each group.")]
    [RangeMinimum(0), RangeMaximum(4)]
    public int ReplicasPerGroup { get; set; } = 1;

    [Description("Indices of groups to empty now; they keep running, and take no messages.")]
    [Items(64, Set = true)]
    public IList<int> DrainGroups { get; set; } = [];

    [Description("Sync: a message is acknowledged when a slave has it. Async: when the master has it.")]
    public Durability Replication { get; set; } = Durability.Async;

    [Description("Sync: a message is acknowledged when it is on the disk. Async: when it is in memory.")]
    public Durability Flush { get; set; } = Durability.Async;

    [Description("What brokers tell clients as their address. ServiceIP survives moves of pods.")]
    public AdvertiseMode Advertise { get; set; } = AdvertiseMode.ServiceIP;

    [Description("host[:port] with {cluster}, {group}, {ordinal} and {namespace}, for advertise Template.")]
    [Length(1, 253)]
    public string? AdvertiseTemplate { get; set; }

    [Description("Ports of the brokers. They cannot be changed.")]
    [ValidationRule("self == oldSelf", "brokers.ports cannot be changed.")]
    public BrokerPortsSpec Ports { get; set; } = new();

    [Description("Image of the brokers; the one that the operator was installed with when absent.")]
    [Length(1, 1024)]
    public string? Image { get; set; }

    [Description("More keys of broker.conf. Keys that the operator sets are refused.")]
    [PropertyLimits(256)]
    public IDictionary<string, string> Config { get; set; } = new Dictionary<string, string>();

    [Description("CPU and memory of a broker; 500m and 1Gi are requested when absent.")]
    public V1ResourceRequirements? Resources { get; set; }

    [Description("What the pods get beyond what the operator sets.")]
    public PodSpec Pod { get; set; } = new();

    [Description("Seconds that a broker has to finish and flush when it is stopped.")]
    [RangeMinimum(30), RangeMaximum(3600)]
    public long TerminationGracePeriodSeconds { get; set; } = 120;
}

/// <summary>Ports of a broker; it also listens two below the first.</summary>
[ValidationRule("self.ha != self.listen && self.ha != self.listen - 2", "brokers.ports.ha must differ from listen and from listen - 2.")]
internal sealed class BrokerPortsSpec
{
    [Description("Port for clients; the port two below is taken too.")]
    [RangeMinimum(3), RangeMaximum(65535)]
    public int Listen { get; set; } = 10911;

    [Description("Port for slaves.")]
    [RangeMinimum(1), RangeMaximum(65535)]
    public int Ha { get; set; } = 10912;
}

/// <summary>Whether an acknowledgement waits.</summary>
internal enum Durability
{
    Async,
    Sync,
}

/// <summary>What brokers tell clients as their address (operator reference, 4.6).</summary>
internal enum AdvertiseMode
{
    ServiceIP,
    PodIP,
    PodDNS,
    HostIP,
    Template,
}
