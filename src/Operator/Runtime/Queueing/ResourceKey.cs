using k8s;
using k8s.Models;

namespace Rocketeer.Operator.Runtime.Queueing;

/// <summary>Namespace and name of an object.</summary>
/// <param name="Namespace">The namespace; empty for kinds without.</param>
/// <param name="Name">The name.</param>
internal readonly record struct ResourceKey(string Namespace, string Name)
{
    /// <summary>The key of an object.</summary>
    public static ResourceKey Of(IKubernetesObject<V1ObjectMeta> item) => new(item.Namespace() ?? "", item.Name());

    /// <inheritdoc/>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
