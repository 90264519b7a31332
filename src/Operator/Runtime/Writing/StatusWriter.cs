using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Rocketeer.Operator.Abstractions;
using Rocketeer.Operator.Runtime.Api;

namespace Rocketeer.Operator.Runtime.Writing;

/// <summary>
/// Writes a status once at the end of a pass, and only when it says something new: time stamps alone are not new. Thread-safe.
/// </summary>
/// <param name="api">The API.</param>
internal sealed class StatusWriter(KubeApi api)
{
    // Fields that change with every pass and tell nothing by themselves.
    private static readonly HashSet<string> Volatile = ["lastSyncTime", "lastTransitionTime", "leaseRenewTime"];

    /// <summary>Writes a status.</summary>
    /// <param name="entity">The entity as it was read.</param>
    /// <param name="status">What it is now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The entity as it is kept now.</returns>
    public async Task<TEntity> WriteAsync<TEntity, TSpec, TStatus>(TEntity entity, TStatus status, CancellationToken cancellationToken)
        where TEntity : CustomKubernetesEntity<TSpec, TStatus>
        where TSpec : new()
        where TStatus : new()
    {
        var before = JsonNode.Parse(KubernetesJson.Serialize(entity.Status))!.AsObject();
        var after = JsonNode.Parse(KubernetesJson.Serialize(status))!.AsObject();
        if (JsonNode.DeepEquals(Telling(before), Telling(after)))
        {
            return entity;
        }

        // A merge patch: what the status says no longer must be said to be nothing.
        foreach (var (name, _) in before)
        {
            if (!after.ContainsKey(name))
            {
                after[name] = null;
            }
        }

        return await api.PatchAsync<TEntity>(
            entity.Namespace(), entity.Name(), new JsonObject { ["status"] = after }, "status", cancellationToken);
    }

    private static JsonNode? Telling(JsonNode? node) => node switch
    {
        JsonObject @object => new JsonObject([.. @object.Where(field => !Volatile.Contains(field.Key))
            .Select(field => KeyValuePair.Create(field.Key, Telling(field.Value)))]),
        JsonArray array => new JsonArray([.. array.Select(Telling)]),
        _ => node?.DeepClone(),
    };
}
