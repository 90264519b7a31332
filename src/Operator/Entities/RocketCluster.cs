using k8s.Models;
using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>A cluster of name servers and broker groups.</summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = KindName, PluralName = Plural)]
[KubernetesEntityShortNames("rkc")]
[ScaleSubresource(".spec.brokers.groups", ".status.replicas", ".status.selector")]
[Description("A RocketMQ 4.4 compatible cluster: name servers and groups of brokers, each a master with its slaves.")]
[GenericAdditionalPrinterColumn(".status.phase", "Phase", "string")]
[GenericAdditionalPrinterColumn(".status.replicas", "Groups", "integer", Description = "Broker groups that exist.")]
[GenericAdditionalPrinterColumn(".status.readyBrokers", "Brokers", "string", Description = "Brokers that are ready, of those wanted.")]
[GenericAdditionalPrinterColumn(".status.readyNamesrv", "Namesrv", "string", Description = "Name servers that are ready, of those wanted.")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Available\")].status", "Available", "string")]
[GenericAdditionalPrinterColumn(".metadata.creationTimestamp", "Age", "date")]
[GenericAdditionalPrinterColumn(".status.version", "Version", "string", Priority = 1)]
[GenericAdditionalPrinterColumn(".status.namesrvEndpoints", "Endpoints", "string", Priority = 1)]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"DataLossPossible\")].status", "DataLoss", "string", Priority = 1)]
internal sealed class RocketCluster : CustomKubernetesEntity<RocketClusterSpec, RocketClusterStatus>
{
    /// <summary>The kind.</summary>
    public const string KindName = "RocketCluster";

    /// <summary>The plural in URLs.</summary>
    public const string Plural = "rocketclusters";

    /// <summary>What the cluster calls itself on the wire (<c>brokerClusterName</c>).</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string ClusterName => Spec.ClusterName ?? Metadata.Name;
}
