using k8s;
using k8s.Models;

namespace Rocketeer.Operator.Abstractions;

/// <summary>Makes the world agree with one kind of entity. The shape is KubeOps's (ADR 0003). Called for one key at a time.</summary>
/// <typeparam name="TEntity">Kind of the entity.</typeparam>
internal interface IEntityController<TEntity>
    where TEntity : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>One level-triggered pass: reads everything again and does the next step. Never sleeps.</summary>
    Task<ReconciliationResult<TEntity>> ReconcileAsync(TEntity entity, CancellationToken cancellationToken);

    /// <summary>The entity is gone; its finalizers have run.</summary>
    Task<ReconciliationResult<TEntity>> DeletedAsync(TEntity entity, CancellationToken cancellationToken);
}
