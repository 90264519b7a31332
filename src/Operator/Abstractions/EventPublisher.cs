using k8s;
using k8s.Models;

namespace Rocketeer.Operator.Abstractions;

/// <summary>Kind of an event.</summary>
internal enum EventType
{
    /// <summary>For information.</summary>
    Normal,

    /// <summary>Somebody may have to act.</summary>
    Warning,
}

/// <summary>Publishes an event on an entity; events of one reason and message are counted, not repeated. Never throws for the API's sake.</summary>
/// <param name="entity">What it is about.</param>
/// <param name="reason">One word in CamelCase.</param>
/// <param name="message">One sentence.</param>
/// <param name="type">How serious it is.</param>
/// <param name="cancellationToken">Gives up.</param>
internal delegate Task EventPublisher(
    IKubernetesObject<V1ObjectMeta> entity, string reason, string message, EventType type = EventType.Normal, CancellationToken cancellationToken = default);
