using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>What a consumer group is wanted to be.</summary>
[ValidationRule("self.clusterRef == oldSelf.clusterRef", "clusterRef cannot be changed.")]
[ValidationRule(
    "has(self.groupName) == has(oldSelf.groupName) && (!has(self.groupName) || self.groupName == oldSelf.groupName)",
    "groupName cannot be changed.")]
internal sealed class ConsumerGroupSpec
{
    [Required, Description("The cluster. It cannot be changed.")]
    public ClusterReference ClusterRef { get; set; } = new();

    [Description("Name on the brokers; metadata.name when absent. It cannot be changed.")]
    [Pattern("^[a-zA-Z0-9_-]+$"), Length(1, 120)]
    public string? GroupName { get; set; }

    [Description("Whether the group may consume (consumeEnable).")]
    public bool Enabled { get; set; } = true;

    [Description("Whether a new group begins at the oldest message (consumeFromMinEnable).")]
    public bool ConsumeFromMin { get; set; } = true;

    [Description("Whether the group may broadcast (consumeBroadcastEnable).")]
    public bool Broadcast { get; set; } = true;

    [Description("Queues of the retry topic.")]
    [RangeMinimum(0), RangeMaximum(64)]
    public int RetryQueues { get; set; } = 1;

    [Description("How often a message is tried again before it becomes a dead letter.")]
    [RangeMinimum(-1), RangeMaximum(1000)]
    public int MaxRetries { get; set; } = 16;

    [Description("Where the group reads.")]
    public ReadSource ReadFrom { get; set; } = ReadSource.Master;

    [Description("Where the group reads when it is far behind.")]
    public ReadSource ReadFromWhenSlow { get; set; } = ReadSource.Slave;

    [Description("Whether members are told when others come and go.")]
    public bool NotifyMembershipChange { get; set; } = true;

    [Description("Names of the broker groups that have it; all when empty.")]
    [Items(64, Set = true)]
    public IList<string> BrokerGroups { get; set; } = [];

    [Description("False: the operator looks and never touches.")]
    public bool Managed { get; set; } = true;

    [Description("When the group exists before this resource was ever ready; the cluster's policy when absent.")]
    public AdoptionPolicy? AdoptionPolicy { get; set; }

    [Description("What happens to the group when this resource is deleted; the cluster's policy when absent. Idle means that nobody is online.")]
    public DeletionPolicy? DeletionPolicy { get; set; }

    [Description("Seconds after which deletion falls back to Retain; 0 waits for ever.")]
    [RangeMinimum(0), RangeMaximum(31536000)]
    public int DeletionTimeoutSeconds { get; set; } = 300;

    [Description("With deletion: also the retry topic and the dead letters.")]
    public bool DeleteRetryAndDlq { get; set; }

    [Description("Moves the group's offsets, once per requestId.")]
    public OffsetResetSpec? OffsetReset { get; set; }

    [Description("When the condition LagHigh is true.")]
    public LagSpec Lag { get; set; } = new();
}

/// <summary>Where a group reads.</summary>
internal enum ReadSource
{
    Master,
    Slave,
}

/// <summary>Moves offsets, once per request id.</summary>
[ValidationRule("(self.to == 'Timestamp') == has(self.timestamp)", "offsetReset.timestamp is required with to Timestamp, and only then.")]
[ValidationRule("(self.to == 'Offset') == has(self.offset)", "offsetReset.offset is required with to Offset, and only then.")]
internal sealed class OffsetResetSpec
{
    [Required, Description("Any name; a new one asks for a new reset.")]
    [Length(1, 63)]
    public string RequestId { get; set; } = "";

    [Required, Description("The topic on the brokers.")]
    [Length(1, 255)]
    public string Topic { get; set; } = "";

    [Required, Description("Where to.")]
    public OffsetTarget To { get; set; }

    [Description("The moment, for to Timestamp.")]
    public DateTime? Timestamp { get; set; }

    [Description("The offset, for to Offset.")]
    [RangeMinimum(0)]
    public long? Offset { get; set; }

    [Description("Queues by id; all when empty.")]
    [Items(1024, Set = true)]
    public IList<int> Queues { get; set; } = [];

    [Description("Notify: members that are online are told. Refuse: nothing is done while somebody is online.")]
    public WhenOnline WhenOnline { get; set; } = WhenOnline.Notify;

    [Description("True: only the status tells what would be done.")]
    public bool DryRun { get; set; }
}

/// <summary>Where offsets are moved to.</summary>
internal enum OffsetTarget
{
    Earliest,
    Latest,
    Timestamp,
    Offset,
}

/// <summary>What happens when members are online.</summary>
internal enum WhenOnline
{
    Notify,
    Refuse,
}

/// <summary>When lag is high.</summary>
internal sealed class LagSpec
{
    [Description("Unread messages.")]
    [RangeMinimum(0)]
    public long? ThresholdMessages { get; set; }

    [Description("Age of the oldest unread message in seconds.")]
    [RangeMinimum(0), RangeMaximum(31536000)]
    public long? ThresholdSeconds { get; set; }
}
