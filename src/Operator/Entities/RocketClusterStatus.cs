using k8s.Models;
using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>What a RocketCluster is. Written by the operator alone, once at the end of a pass.</summary>
internal sealed class RocketClusterStatus
{
    [Description("Generation of the spec that the last pass saw.")]
    public long? ObservedGeneration { get; set; }

    [Description("What goes on: Creating, Running, Degraded, RollingUpdate, ScalingOut, Draining, Switchover, FailingOver, ResizingStorage, WaitingForUser, Hibernated, Paused, Deleting or Invalid.")]
    public ClusterPhase? Phase { get; set; }

    [Description("Why, in one sentence.")]
    public string? PhaseReason { get; set; }

    [Description("Conditions by type.")]
    [Items(32, MapKeys = ["type"])]
    public IList<V1Condition>? Conditions { get; set; }

    [Description("What clients paste as their name server address.")]
    public string? NamesrvEndpoints { get; set; }

    [Description("The name servers.")]
    [Items(16, MapKeys = ["pod"])]
    public IList<NameServerStatus>? NameServers { get; set; }

    [Description("Broker groups that exist.")]
    public int? Replicas { get; set; }

    [Description("Brokers that are ready, of those wanted.")]
    public string? ReadyBrokers { get; set; }

    [Description("Name servers that are ready, of those wanted.")]
    public string? ReadyNamesrv { get; set; }

    [Description("Label selector of the brokers' pods, for the scale subresource.")]
    public string? Selector { get; set; }

    [Description("Version that runs.")]
    public string? Version { get; set; }

    [Description("Hash of the configuration that pods must be restarted for.")]
    public string? ConfigHash { get; set; }

    [Description("What settings that were left out came to.")]
    public EffectiveSettings? Effective { get; set; }

    [Description("The broker groups.")]
    [Items(64, MapKeys = ["name"])]
    public IList<BrokerGroupStatus>? BrokerGroups { get; set; }

    [Description("The Topics of this cluster.")]
    public TopicSummary? TopicSummary { get; set; }

    [Description("Pods that run an older revision, and why.")]
    [Items(512, MapKeys = ["pod"])]
    public IList<PendingRestart>? PendingRestart { get; set; }

    [Description("Volumes.")]
    public StorageStatus? Storage { get; set; }

    [Description("The next steps that touch running pods, in order: a preview of the change.")]
    [Items(64)]
    public IList<string>? Plan { get; set; }

    [Description("Objects that were not made, and why, as with an API that the server does not serve.")]
    [Items(16)]
    public IList<string>? Skipped { get; set; }

    [Description("Topics whose deletion waits for a broker that could not be reached.")]
    [Items(256, Set = true)]
    public IList<string>? PendingTopicDeletes { get; set; }
}

/// <summary>What goes on in a cluster.</summary>
internal enum ClusterPhase
{
    Creating,
    Running,
    Degraded,
    RollingUpdate,
    ScalingOut,
    Draining,
    Switchover,
    FailingOver,
    ResizingStorage,
    WaitingForUser,
    Hibernated,
    Paused,
    Deleting,
    Invalid,
}

/// <summary>A name server.</summary>
internal sealed class NameServerStatus
{
    [Required, Description("Its pod.")]
    public string Pod { get; set; } = "";

    [Description("Its address for brokers.")]
    public string? Address { get; set; }

    [Description("Whether it answers.")]
    public bool? Ready { get; set; }
}

/// <summary>What settings that were left out came to.</summary>
internal sealed class EffectiveSettings
{
    [Description("Who decides about promotion.")]
    public string? FailoverMode { get; set; }

    [Description("Image of the brokers.")]
    public string? BrokerImage { get; set; }

    [Description("Image of the name servers.")]
    public string? NamesrvImage { get; set; }
}

/// <summary>Topics of a cluster.</summary>
internal sealed class TopicSummary
{
    [Description("Topics with a resource.")]
    public int? Managed { get; set; }

    [Description("Topics on the brokers without one.")]
    public int? Unmanaged { get; set; }

    [Description("Topics whose brokers differ from their resource.")]
    public int? OutOfSync { get; set; }
}

/// <summary>A pod that runs an older revision.</summary>
internal sealed class PendingRestart
{
    [Required, Description("The pod.")]
    public string Pod { get; set; } = "";

    [Description("Why it must be restarted.")]
    [Items(16)]
    public IList<string>? Reasons { get; set; }
}

/// <summary>Volumes of a cluster.</summary>
internal sealed class StorageStatus
{
    [Description("Size that volumes are wanted to have.")]
    public string? Size { get; set; }

    [Description("Volumes that grow now.")]
    [Items(512)]
    public IList<string>? Resizing { get; set; }

    [Description("When autoGrow last changed the size.")]
    public DateTime? AutoGrowLast { get; set; }
}
