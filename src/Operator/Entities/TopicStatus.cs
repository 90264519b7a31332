using System.Text.Json.Nodes;
using k8s.Models;
using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>What a topic is.</summary>
internal sealed class TopicStatus
{
    [Description("Generation of the spec that the last pass saw.")]
    public long? ObservedGeneration { get; set; }

    [Description("The name that this resource claims.")]
    public string? TopicName { get; set; }

    [Description("Conditions by type: Ready, Managed, Adopted, Deleting.")]
    [Items(16, MapKeys = ["type"])]
    public IList<V1Condition>? Conditions { get; set; }

    [Description("Broker groups where it is true, of those wanted.")]
    public string? GroupsSynced { get; set; }

    [Description("The topic on each broker group.")]
    [Items(64, MapKeys = ["name"])]
    public IList<TopicGroupStatus>? Groups { get; set; }

    [Description("Messages that are stored, in all groups.")]
    public long? TotalStored { get; set; }

    [Description("When it was last compared with the brokers.")]
    public DateTime? LastSyncTime { get; set; }

    [Description("Whether it existed before this resource.")]
    public bool? Adopted { get; set; }

    [Description("The spec that was last made true.")]
    [PreserveUnknownFields]
    public JsonObject? Applied { get; set; }

    [Description("For DeleteIfIdle: when messages or readers last moved.")]
    public DateTime? IdleSince { get; set; }
}

/// <summary>A topic on one broker group.</summary>
internal sealed class TopicGroupStatus
{
    [Required, Description("The group.")]
    public string Name { get; set; } = "";

    [Description("Queues that are written.")]
    public int? WriteQueues { get; set; }

    [Description("Queues that are read.")]
    public int? ReadQueues { get; set; }

    [Description("What clients may do: 2 write, 4 read.")]
    public int? Perm { get; set; }

    [Description("Whether it is as wanted.")]
    public bool? Synced { get; set; }

    [Description("Sum of the queues' first offsets.")]
    public long? MinOffset { get; set; }

    [Description("Sum of the queues' next offsets.")]
    public long? MaxOffset { get; set; }

    [Description("Messages that are stored.")]
    public long? Stored { get; set; }
}
