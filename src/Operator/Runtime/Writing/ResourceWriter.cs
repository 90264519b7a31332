using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Runtime.Api;

namespace Rocketeer.Operator.Runtime.Writing;

/// <summary>
/// Makes children what they are wanted to be by server-side apply, and asks the API server only when there is something to do: the hash of
/// what was last applied is unchanged and the live object still carries our values. Thread-safe.
/// </summary>
/// <param name="api">The API.</param>
internal sealed class ResourceWriter(KubeApi api)
{
    /// <summary>Annotation with the hash of what was last applied.</summary>
    public const string HashAnnotation = ApiGroup.Name + "/applied-hash";

    /// <summary>Applies a child.</summary>
    /// <param name="wanted">What it shall say; nothing else of it is touched.</param>
    /// <param name="live">What is there; <see langword="null"/> for nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is there now, and whether something was written.</returns>
    public async Task<(T Item, bool Written)> ApplyAsync<T>(T wanted, T? live, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var hash = HashOf(wanted);
        wanted.SetAnnotation(HashAnnotation, hash);
        if (live is not null && live.GetAnnotation(HashAnnotation) == hash && Carries(live, wanted))
        {
            return (live, false);
        }

        return (await api.ApplyAsync(wanted, cancellationToken), true);
    }

    /// <summary>True when everything that <paramref name="wanted"/> says is also said by <paramref name="live"/>.</summary>
    public static bool Carries<T>(T live, T wanted)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        Covers(JsonNode.Parse(KubernetesJson.Serialize(live)), JsonNode.Parse(KubernetesJson.Serialize(wanted)));

    private static string HashOf<T>(T wanted)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        wanted.Metadata.Annotations?.Remove(HashAnnotation);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(KubernetesJson.Serialize(wanted))).AsSpan(0, 16));
    }

    // Lists must have the same items in the same order: the server adds fields to items, not items to lists of ours, but for those that
    // others share (finalizers, owners), which we do not say.
    private static bool Covers(JsonNode? live, JsonNode? wanted) => (live, wanted) switch
    {
        (_, null) => true,
        (JsonObject item, JsonObject part) => part.All(field => field.Key is "apiVersion" or "kind" || Covers(item[field.Key], field.Value)),
        (JsonArray items, JsonArray parts) => items.Count == parts.Count && items.Zip(parts).All(pair => Covers(pair.First, pair.Second)),
        (null, JsonObject empty) => empty.All(field => Covers(null, field.Value)),
        (null, JsonArray { Count: 0 }) => true,
        (JsonValue, JsonValue) => live.ToString() == wanted.ToString() || SameQuantity(live.ToString(), wanted.ToString()),
        _ => false,
    };

    // The server may write 1000m as 1.
    private static bool SameQuantity(string live, string wanted)
    {
        try
        {
            return new ResourceQuantity(live).ToDecimal() == new ResourceQuantity(wanted).ToDecimal();
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            return false;
        }
    }
}
