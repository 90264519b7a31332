using System.Text.Json.Serialization;
using k8s.Models;
using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>A topic of a cluster.</summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = KindName, PluralName = Plural)]
[KubernetesEntityShortNames("rkt")]
[Description("A topic, true on every master of its cluster.")]
[ValidationRule(
    "has(self.spec.topicName) || (self.metadata.name.size() <= 127 && self.metadata.name.matches('^[a-zA-Z0-9_-]+$'))",
    "metadata.name is not a topic name: set spec.topicName to letters, digits, - and _, 127 at most.")]
[GenericAdditionalPrinterColumn(".spec.clusterRef.name", "Cluster", "string")]
[GenericAdditionalPrinterColumn(".spec.writeQueues", "Write", "integer")]
[GenericAdditionalPrinterColumn(".spec.readQueues", "Read", "integer")]
[GenericAdditionalPrinterColumn(".spec.perm", "Perm", "string")]
[GenericAdditionalPrinterColumn(".status.groupsSynced", "Synced", "string", Description = "Broker groups where it is true, of those wanted.")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Ready\")].status", "Ready", "string")]
[GenericAdditionalPrinterColumn(".metadata.creationTimestamp", "Age", "date")]
[GenericAdditionalPrinterColumn(".status.topicName", "Topic", "string", Priority = 1)]
[GenericAdditionalPrinterColumn(".status.totalStored", "Stored", "integer", Priority = 1)]
[GenericAdditionalPrinterColumn(".spec.deletionPolicy", "Policy", "string", Priority = 1)]
internal sealed class Topic : CustomKubernetesEntity<TopicSpec, TopicStatus>, IClusterMember
{
    /// <summary>The kind.</summary>
    public const string KindName = "Topic";

    /// <summary>The plural in URLs.</summary>
    public const string Plural = "topics";

    /// <summary>Its name on the brokers.</summary>
    [JsonIgnore]
    public string TopicName => Spec.TopicName ?? Metadata.Name;

    ClusterReference IClusterMember.Cluster => Spec.ClusterRef;

    string IClusterMember.ClaimedName => TopicName;

    bool IClusterMember.IsManaged => Spec.Managed;
}
