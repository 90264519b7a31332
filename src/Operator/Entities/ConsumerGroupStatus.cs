using System.Text.Json.Nodes;
using k8s.Models;
using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>What a consumer group is.</summary>
internal sealed class ConsumerGroupStatus
{
    [Description("Generation of the spec that the last pass saw.")]
    public long? ObservedGeneration { get; set; }

    [Description("The name that this resource claims.")]
    public string? GroupName { get; set; }

    [Description("Conditions by type: Ready, Managed, Online, LagHigh, OffsetReset, Deleting.")]
    [Items(16, MapKeys = ["type"])]
    public IList<V1Condition>? Conditions { get; set; }

    [Description("Broker groups where it is true, of those wanted.")]
    public string? GroupsSynced { get; set; }

    [Description("Members that are online.")]
    public int? Clients { get; set; }

    [Description("CLUSTERING or BROADCASTING.")]
    public string? MessageModel { get; set; }

    [Description("CONSUME_PASSIVELY (push) or CONSUME_ACTIVELY (pull).")]
    public string? ConsumeType { get; set; }

    [Description("What members subscribe to.")]
    [Items(256, MapKeys = ["topic"])]
    public IList<GroupSubscription>? Subscriptions { get; set; }

    [Description("Unread messages, rounded to two digits and written once a minute at most.")]
    public LagStatus? Lag { get; set; }

    [Description("The last offset reset.")]
    public OffsetResetStatus? OffsetReset { get; set; }

    [Description("When it was last compared with the brokers.")]
    public DateTime? LastSyncTime { get; set; }

    [Description("Whether it existed before this resource.")]
    public bool? Adopted { get; set; }

    [Description("The spec that was last made true.")]
    [PreserveUnknownFields]
    public JsonObject? Applied { get; set; }
}

/// <summary>What members subscribe to.</summary>
internal sealed class GroupSubscription
{
    [Required, Description("The topic.")]
    public string Topic { get; set; } = "";

    [Description("Tags or SQL.")]
    public string? Expression { get; set; }
}

/// <summary>Unread messages.</summary>
internal sealed class LagStatus
{
    [Description("In all topics.")]
    public long? Total { get; set; }

    [Description("By topic.")]
    [Items(256, MapKeys = ["topic"])]
    public IList<TopicLag>? ByTopic { get; set; }
}

/// <summary>Unread messages of a topic.</summary>
internal sealed class TopicLag
{
    [Required, Description("The topic.")]
    public string Topic { get; set; } = "";

    [Description("Unread messages.")]
    public long? Messages { get; set; }

    [Description("Age of the oldest one in seconds.")]
    public long? Seconds { get; set; }
}

/// <summary>The last offset reset; before and after let it be undone.</summary>
internal sealed class OffsetResetStatus
{
    [Required, Description("Which request.")]
    public string RequestId { get; set; } = "";

    [Description("Pending, Running, Done, DryRun, Refused or Failed.")]
    public string? State { get; set; }

    [Description("Why, in one sentence.")]
    public string? Message { get; set; }

    [Description("Offsets before.")]
    [Items(1024)]
    public IList<QueueOffset>? Before { get; set; }

    [Description("Offsets after.")]
    [Items(1024)]
    public IList<QueueOffset>? After { get; set; }
}

/// <summary>An offset of a queue.</summary>
internal sealed class QueueOffset
{
    [Required, Description("The broker group.")]
    public string Broker { get; set; } = "";

    [Required, Description("The queue.")]
    public int Queue { get; set; }

    [Required, Description("The offset.")]
    public long Offset { get; set; }
}
