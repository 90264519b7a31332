using System.Text.Json.Serialization;
using k8s.Models;
using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>A consumer group of a cluster.</summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = KindName, PluralName = Plural)]
[KubernetesEntityShortNames("rkg")]
[Description("A consumer group: its settings on every master, its clients and its lag.")]
[ValidationRule(
    "has(self.spec.groupName) || (self.metadata.name.size() <= 120 && self.metadata.name.matches('^[a-zA-Z0-9_-]+$'))",
    "metadata.name is not a group name: set spec.groupName to letters, digits, - and _, 120 at most.")]
[GenericAdditionalPrinterColumn(".spec.clusterRef.name", "Cluster", "string")]
[GenericAdditionalPrinterColumn(".status.clients", "Clients", "integer")]
[GenericAdditionalPrinterColumn(".status.lag.total", "Lag", "integer", Description = "Unread messages, rounded to two digits.")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Ready\")].status", "Ready", "string")]
[GenericAdditionalPrinterColumn(".metadata.creationTimestamp", "Age", "date")]
[GenericAdditionalPrinterColumn(".status.groupName", "Group", "string", Priority = 1)]
[GenericAdditionalPrinterColumn(".spec.enabled", "Enabled", "boolean", Priority = 1)]
[GenericAdditionalPrinterColumn(".status.messageModel", "Model", "string", Priority = 1)]
internal sealed class ConsumerGroup : CustomKubernetesEntity<ConsumerGroupSpec, ConsumerGroupStatus>, IClusterMember
{
    /// <summary>The kind.</summary>
    public const string KindName = "ConsumerGroup";

    /// <summary>The plural in URLs.</summary>
    public const string Plural = "consumergroups";

    /// <summary>Its name on the brokers.</summary>
    [JsonIgnore]
    public string GroupName => Spec.GroupName ?? Metadata.Name;

    ClusterReference IClusterMember.Cluster => Spec.ClusterRef;

    string IClusterMember.ClaimedName => GroupName;

    bool IClusterMember.IsManaged => Spec.Managed;
}
