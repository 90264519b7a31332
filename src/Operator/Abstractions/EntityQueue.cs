using k8s;
using k8s.Models;

namespace Rocketeer.Operator.Abstractions;

/// <summary>Puts an entity into its controller's queue, for now or for later.</summary>
/// <typeparam name="TEntity">Kind of the entity.</typeparam>
/// <param name="entity">The entity; only its name and namespace are kept, the pass reads it anew.</param>
/// <param name="queueIn">When; an earlier time that is already set stays.</param>
internal delegate void EntityQueue<in TEntity>(TEntity entity, TimeSpan queueIn)
    where TEntity : IKubernetesObject<V1ObjectMeta>;
