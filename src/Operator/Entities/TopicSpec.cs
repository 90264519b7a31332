using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>What a topic is wanted to be. There is no retention: in 4.4 it belongs to the broker (fileReservedTime).</summary>
[ValidationRule("!has(self.readQueues) || self.readQueues >= self.writeQueues", "readQueues must not be below writeQueues.")]
[ValidationRule("self.clusterRef == oldSelf.clusterRef", "clusterRef cannot be changed.")]
[ValidationRule(
    "has(self.topicName) == has(oldSelf.topicName) && (!has(self.topicName) || self.topicName == oldSelf.topicName)",
    "topicName cannot be changed.")]
[ValidationRule(
    "!has(self.topicName) || !(self.topicName in ['TBW102', 'SELF_TEST_TOPIC', 'BenchmarkTest', 'OFFSET_MOVED_EVENT', 'SCHEDULE_TOPIC_XXXX'])",
    "topicName is one of the names that brokers keep for themselves.")]
[ValidationRule(
    "!has(self.topicName) || !self.topicName.startsWith('RMQ_SYS_')", "topicName must not begin with RMQ_SYS_, which brokers keep for themselves.")]
internal sealed class TopicSpec
{
    [Required, Description("The cluster. It cannot be changed.")]
    public ClusterReference ClusterRef { get; set; } = new();

    [Description("Name on the brokers; metadata.name when absent. It cannot be changed.")]
    [Pattern("^[a-zA-Z0-9_-]+$"), Length(1, 127)]
    public string? TopicName { get; set; }

    [Description("Queues that messages are written to, in each broker group.")]
    [RangeMinimum(1), RangeMaximum(1024)]
    public int WriteQueues { get; set; } = 8;

    [Description("Queues that messages are read from, in each broker group; writeQueues when absent.")]
    [RangeMinimum(1), RangeMaximum(1024)]
    public int? ReadQueues { get; set; }

    [Description("What clients may do.")]
    public TopicPermission Perm { get; set; } = TopicPermission.ReadWrite;

    [Description("Ordered: the name servers tell clients the queues, so that their number stays when a broker is gone.")]
    public bool Order { get; set; }

    [Description("Whether a message has one tag or several.")]
    public TopicFilter FilterType { get; set; } = TopicFilter.SingleTag;

    [Description("The unit bit of topicSysFlag.")]
    public bool Unit { get; set; }

    [Description("The unit subscription bit of topicSysFlag.")]
    public bool UnitSubscription { get; set; }

    [Description("Names of the broker groups that have it; all when empty. Ordered topics should name theirs.")]
    [Items(64, Set = true)]
    public IList<string> BrokerGroups { get; set; } = [];

    [Description("False: the operator looks and never touches, and the resource can be deleted without the topic.")]
    public bool Managed { get; set; } = true;

    [Description("When the topic exists before this resource was ever ready; the cluster's policy when absent.")]
    public AdoptionPolicy? AdoptionPolicy { get; set; }

    [Description("What happens to the topic when this resource is deleted; the cluster's policy when absent.")]
    public DeletionPolicy? DeletionPolicy { get; set; }

    [Description("For DeleteIfIdle: seconds without growth and without unread messages.")]
    [RangeMinimum(0), RangeMaximum(31536000)]
    public int IdleSeconds { get; set; } = 600;

    [Description("Seconds after which deletion falls back to Retain; 0 waits for ever.")]
    [RangeMinimum(0), RangeMaximum(31536000)]
    public int DeletionTimeoutSeconds { get; set; } = 300;

    [Description("Safe: fewer queues are read only when the surplus is read out. Immediate: at once. Never: refused.")]
    public ShrinkPolicy Shrink { get; set; } = ShrinkPolicy.Safe;
}

/// <summary>What clients may do with a topic.</summary>
internal enum TopicPermission
{
    ReadWrite,
    ReadOnly,
    WriteOnly,
    None,
}

/// <summary>How many tags a message of a topic has.</summary>
internal enum TopicFilter
{
    SingleTag,
    MultiTag,
}

/// <summary>How the number of queues may go down.</summary>
internal enum ShrinkPolicy
{
    Safe,
    Immediate,
    Never,
}
