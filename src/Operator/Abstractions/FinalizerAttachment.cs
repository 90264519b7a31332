using k8s;
using k8s.Models;

namespace Rocketeer.Operator.Abstractions;

/// <summary>
/// Attaches a controller's finalizers to an entity, or takes them off. A controller attaches before its first write outside, so that what it
/// made is never forgotten, and not earlier, so that what it never touched is let go at once.
/// </summary>
/// <typeparam name="TEntity">Kind of the entity.</typeparam>
/// <param name="entity">The entity.</param>
/// <param name="cancellationToken">Gives up.</param>
/// <returns>The entity as it is kept now.</returns>
internal delegate Task<TEntity> FinalizerAttachment<TEntity>(TEntity entity, CancellationToken cancellationToken)
    where TEntity : IKubernetesObject<V1ObjectMeta>;
