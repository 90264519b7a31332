using k8s;
using k8s.Models;

namespace Rocketeer.Operator.Entities;

/// <summary>A resource that claims one name in one cluster: a Topic or a ConsumerGroup.</summary>
internal interface IClusterMember : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>The cluster that it names.</summary>
    ClusterReference Cluster { get; }

    /// <summary>Its name on the brokers.</summary>
    string ClaimedName { get; }

    /// <summary>False: the operator only looks, and the name is free for others.</summary>
    bool IsManaged { get; }
}
