using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Rocketeer.Operator.Abstractions;
using Rocketeer.Operator.Runtime.Api;

namespace Rocketeer.Operator.Runtime.Writing;

/// <summary>
/// Writes events: one object for a reason and a message about an entity, whose count goes up when it happens again. A failure is logged and
/// is nobody else's. Thread-safe.
/// </summary>
/// <param name="api">The API.</param>
/// <param name="clock">For time stamps.</param>
/// <param name="logger">Told of failures.</param>
internal sealed class EventRecorder(KubeApi api, TimeProvider clock, ILogger<EventRecorder> logger)
{
    private const string Component = "rocketeer-operator";

    /// <summary>Publishes an event; see <see cref="EventPublisher"/>.</summary>
    public async Task PublishAsync(
        IKubernetesObject<V1ObjectMeta> entity, string reason, string message, EventType type = EventType.Normal, CancellationToken cancellationToken = default)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var name = NameOf(entity, reason, message);
        try
        {
            var known = await api.FindAsync<Corev1Event>(entity.Namespace(), name, cancellationToken);
            if (known is null)
            {
                await api.CreateAsync(New(entity, name, reason, message, type, now), cancellationToken);
                return;
            }

            known.Count = (known.Count ?? 1) + 1;
            known.LastTimestamp = now;
            await api.ReplaceAsync(known, cancellationToken);
        }
        catch (KubeApiException e)
        {
            logger.EventNotWritten(e, reason, $"{entity.Kind} {entity.Namespace()}/{entity.Name()}");
        }
    }

    private static Corev1Event New(
        IKubernetesObject<V1ObjectMeta> entity, string name, string reason, string message, EventType type, DateTime now) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = entity.Namespace() },
        InvolvedObject = new V1ObjectReference
        {
            ApiVersion = entity.ApiVersion, Kind = entity.Kind, Name = entity.Name(), NamespaceProperty = entity.Namespace(), Uid = entity.Uid(),
        },
        Reason = reason,
        Message = message.Length > 1000 ? message[..1000] : message,
        Type = type.ToString(),
        Count = 1,
        FirstTimestamp = now,
        LastTimestamp = now,
        Source = new V1EventSource { Component = Component },
        ReportingComponent = Component,
        ReportingInstance = Component,
    };

    private static string NameOf(IKubernetesObject<V1ObjectMeta> entity, string reason, string message)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{entity.Uid()}\n{reason}\n{message}"));
        var name = entity.Name();
        return $"{(name.Length > 200 ? name[..200] : name)}.{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
    }
}
