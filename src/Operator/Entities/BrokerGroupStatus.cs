using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>A broker group.</summary>
internal sealed class BrokerGroupStatus
{
    [Required, Description("Its name, which is also brokerName.")]
    public string Name { get; set; } = "";

    [Description("Its index.")]
    public int? Index { get; set; }

    [Description("What goes on: Creating, Preparing, Serving, Draining, Drained, Removing, FailingOver, WithoutMaster.")]
    public GroupState? State { get; set; }

    [Description("Pod of the master.")]
    public string? Master { get; set; }

    [Description("Pod that is to be the master.")]
    public string? TargetMaster { get; set; }

    [Description("Epoch of the master; raised at every change.")]
    public long? Epoch { get; set; }

    [Description("The master's address for clients.")]
    public string? Address { get; set; }

    [Description("The master's address for slaves.")]
    public string? HaAddress { get; set; }

    [Description("When the group's Lease was last renewed.")]
    public DateTime? LeaseRenewTime { get; set; }

    [Description("Whether the master takes messages.")]
    public bool? Writable { get; set; }

    [Description("The pods.")]
    [Items(8, MapKeys = ["pod"])]
    public IList<BrokerMemberStatus>? Members { get; set; }

    [Description("How far draining is.")]
    public DrainStatus? Drain { get; set; }

    [Description("The last change of the master.")]
    public FailoverStatus? LastFailover { get; set; }
}

/// <summary>What goes on in a broker group.</summary>
internal enum GroupState
{
    Creating,
    Preparing,
    Serving,
    Draining,
    Drained,
    Removing,
    FailingOver,
    WithoutMaster,
}

/// <summary>A broker.</summary>
internal sealed class BrokerMemberStatus
{
    [Required, Description("Its pod.")]
    public string Pod { get; set; } = "";

    [Description("0 for the master.")]
    public long? BrokerId { get; set; }

    [Description("master, slave or fenced.")]
    public string? Role { get; set; }

    [Description("Its address for clients.")]
    public string? Address { get; set; }

    [Description("Whether its pod is ready.")]
    public bool? Ready { get; set; }

    [Description("Name servers that know it, of all.")]
    public string? Registered { get; set; }

    [Description("End of its log.")]
    public long? MaxOffset { get; set; }

    [Description("End of the log that it has acknowledged to the master.")]
    public long? AckedOffset { get; set; }

    [Description("Bytes that it is behind the master.")]
    public long? LagBytes { get; set; }

    [Description("Whether it follows the master within its limit.")]
    public bool? InSync { get; set; }

    [Description("Use of its disk in percent.")]
    public int? DiskUsedPercent { get; set; }

    [Description("Revision of its pod.")]
    public string? PodRevision { get; set; }

    [Description("Its node.")]
    public string? Node { get; set; }
}

/// <summary>How far draining is.</summary>
internal sealed class DrainStatus
{
    [Description("When it began.")]
    public DateTime? StartedAt { get; set; }

    [Description("When it was first seen empty.")]
    public DateTime? EmptySince { get; set; }

    [Description("Messages that some consumer group has not read.")]
    public long? RemainingMessages { get; set; }

    [Description("Consumer groups with unread messages and nobody online.")]
    [Items(64)]
    public IList<string>? BlockingGroups { get; set; }

    [Description("Delayed messages that are not due.")]
    public long? DelayedMessages { get; set; }

    [Description("Transactions that are open.")]
    public long? HalfTransactions { get; set; }
}

/// <summary>A change of the master.</summary>
internal sealed class FailoverStatus
{
    [Description("When.")]
    public DateTime? Time { get; set; }

    [Description("Pod of the old master.")]
    public string? From { get; set; }

    [Description("Pod of the new master.")]
    public string? To { get; set; }

    [Description("The new epoch.")]
    public long? Epoch { get; set; }

    [Description("Planned, Manual or Forced.")]
    public string? Kind { get; set; }

    [Description("Bytes of the old master's log that the new one did not have, as far as they are known.")]
    public long? LostBytes { get; set; }

    [Description("Where the old master's surplus is kept.")]
    public string? DivergedTail { get; set; }
}
