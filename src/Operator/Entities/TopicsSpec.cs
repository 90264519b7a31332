using k8s.Models;
using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>Rules for the Topics and ConsumerGroups of a cluster.</summary>
internal sealed class TopicsSpec
{
    [Description("Whether brokers make a topic that a producer names (autoCreateTopicEnable).")]
    public bool AutoCreateTopics { get; set; }

    [Description("Whether brokers make a consumer group that a consumer names (autoCreateSubscriptionGroup).")]
    public bool AutoCreateGroups { get; set; } = true;

    [Description("Namespaces whose Topics and ConsumerGroups may name this cluster.")]
    public AllowedNamespacesSpec AllowedNamespaces { get; set; } = new();

    [Description("For Topics and ConsumerGroups that leave adoptionPolicy out.")]
    public AdoptionPolicy AdoptionPolicy { get; set; } = AdoptionPolicy.Adopt;

    [Description("For Topics and ConsumerGroups that leave deletionPolicy out.")]
    public DeletionPolicy DeletionPolicy { get; set; } = DeletionPolicy.DeleteIfIdle;

    [Description("Names, as anchored regular expressions, that are never touched and never counted as unmanaged.")]
    [Items(64, Set = true)]
    public IList<string> IgnorePatterns { get; set; } = [];

    [Description("Seconds between comparisons of all Topics with the brokers.")]
    [RangeMinimum(10), RangeMaximum(86400)]
    public int ResyncSeconds { get; set; } = 120;
}

/// <summary>Which namespaces may name a cluster.</summary>
internal sealed class AllowedNamespacesSpec
{
    [Description("Same: the cluster's own. All: any. Selector: those with the labels. List: those named.")]
    public NamespacesFrom From { get; set; } = NamespacesFrom.Same;

    [Description("Labels of namespaces, for from Selector.")]
    [PreserveUnknownFields]
    public V1LabelSelector? Selector { get; set; }

    [Description("Names of namespaces, for from List.")]
    [Items(256, Set = true)]
    public IList<string> Names { get; set; } = [];
}

/// <summary>Where allowed namespaces come from.</summary>
internal enum NamespacesFrom
{
    Same,
    All,
    Selector,
    List,
}

/// <summary>What happens when the thing exists before its resource.</summary>
internal enum AdoptionPolicy
{
    Adopt,
    AdoptIfEqual,
    Fail,
}

/// <summary>What happens to the thing when its resource is deleted.</summary>
internal enum DeletionPolicy
{
    Retain,
    Delete,
    DeleteIfIdle,
}
