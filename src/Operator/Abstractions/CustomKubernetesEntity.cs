using k8s;
using k8s.Models;

namespace Rocketeer.Operator.Abstractions;

/// <summary>Base of our kinds: metadata, what is wanted, what is.</summary>
/// <typeparam name="TSpec">What is wanted.</typeparam>
/// <typeparam name="TStatus">What is.</typeparam>
internal abstract class CustomKubernetesEntity<TSpec, TStatus> : IKubernetesObject<V1ObjectMeta>, ISpec<TSpec>, IStatus<TStatus>
    where TSpec : new()
    where TStatus : new()
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public TSpec Spec { get; set; } = new();

    public TStatus Status { get; set; } = new();
}

/// <summary>A list of one of our kinds, as the API returns it.</summary>
/// <typeparam name="TEntity">Kind of the entity.</typeparam>
internal sealed class EntityList<TEntity> : IKubernetesObject<V1ListMeta>, IItems<TEntity>
    where TEntity : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ListMeta Metadata { get; set; } = new();

    public IList<TEntity> Items { get; set; } = [];
}
