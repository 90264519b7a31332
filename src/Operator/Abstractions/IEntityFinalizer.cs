using k8s;
using k8s.Models;

namespace Rocketeer.Operator.Abstractions;

/// <summary>
/// Runs while an entity is being deleted, until it succeeds; then the engine takes its identifier off the entity. The shape is KubeOps's:
/// the identifier is the API group and the name of the class in lower case, as in <c>rocketeer.dev/topicfinalizer</c>.
/// </summary>
/// <typeparam name="TEntity">Kind of the entity.</typeparam>
internal interface IEntityFinalizer<TEntity>
    where TEntity : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>One pass; a success lets the entity go, a failure or a success with a requeue keeps it.</summary>
    Task<ReconciliationResult<TEntity>> FinalizeAsync(TEntity entity, CancellationToken cancellationToken);
}
