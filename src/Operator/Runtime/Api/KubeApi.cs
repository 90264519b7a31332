using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace Rocketeer.Operator.Runtime.Api;

/// <summary>
/// The verbs of the API for every kind alike, on the connection of KubernetesClient, whose generated methods differ from kind to kind and
/// whose generic client knows no apply, no status and no bookmarks (operator reference, 5.2). Thread-safe.
/// </summary>
/// <param name="client">The connection.</param>
internal sealed partial class KubeApi(Kubernetes client)
{
    /// <summary>Whose fields the operator's are (server-side apply).</summary>
    public const string FieldManager = "rocketeer-operator";

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue MergePatch = new("application/merge-patch+json");
    private static readonly MediaTypeHeaderValue ApplyPatch = new("application/apply-patch+yaml");

    /// <summary>An object, or <see langword="null"/> when there is none.</summary>
    public async Task<T?> FindAsync<T>(string? @namespace, string name, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            return await SendAsync<T>(HttpMethod.Get, KubeKind.Of(typeof(T)).Path(@namespace, name), null, null, cancellationToken);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Objects, and the version of the list.</summary>
    /// <param name="namespace">The namespace; <see langword="null"/> for all.</param>
    /// <param name="labelSelector">Which ones; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(IReadOnlyList<T> Items, string Version)> ListAsync<T>(
        string? @namespace, string? labelSelector, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var kind = KubeKind.Of(typeof(T));
        var path = kind.Path(@namespace) + Query(("labelSelector", labelSelector));
        var list = await SendAsync<Abstractions.EntityList<T>>(HttpMethod.Get, path, null, null, cancellationToken);
        foreach (var item in list.Items)
        {
            // Items of a list come without them.
            item.ApiVersion = kind.ApiVersion;
            item.Kind = kind.Kind;
        }

        return ([.. list.Items], list.Metadata.ResourceVersion ?? "");
    }

    /// <summary>Creates an object.</summary>
    public Task<T> CreateAsync<T>(T item, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        SendAsync<T>(
            HttpMethod.Post, KubeKind.Of(typeof(T)).Path(item.Namespace()) + Query(("fieldManager", FieldManager)), Identified(item), Json, cancellationToken);

    /// <summary>Replaces an object; fails with a conflict when it changed since it was read.</summary>
    public Task<T> ReplaceAsync<T>(T item, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        SendAsync<T>(
            HttpMethod.Put,
            KubeKind.Of(typeof(T)).Path(item.Namespace(), item.Name()) + Query(("fieldManager", FieldManager)),
            Identified(item),
            Json,
            cancellationToken);

    /// <summary>Applies an object: what it says is made true, what it said before and says no longer is taken back.</summary>
    public Task<T> ApplyAsync<T>(T item, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        SendAsync<T>(
            HttpMethod.Patch,
            KubeKind.Of(typeof(T)).Path(item.Namespace(), item.Name()) + Query(("fieldManager", FieldManager), ("force", "true")),
            Identified(item),
            ApplyPatch,
            cancellationToken);

    /// <summary>Merges a patch into an object or its subresource.</summary>
    public Task<T> PatchAsync<T>(
        string? @namespace, string name, JsonObject patch, string? subresource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        SendAsync<T>(
            HttpMethod.Patch,
            KubeKind.Of(typeof(T)).Path(@namespace, name, subresource) + Query(("fieldManager", FieldManager)),
            patch.ToJsonString(),
            MergePatch,
            cancellationToken);

    /// <summary>Deletes an object; that there is none is as good.</summary>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="uid">It must be this one; <see langword="null"/> for whichever has the name.</param>
    /// <param name="orphan">True: what it owns stays.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task DeleteAsync<T>(string? @namespace, string name, string? uid, bool orphan, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var options = new JsonObject
        {
            ["kind"] = "DeleteOptions", ["apiVersion"] = "v1", ["propagationPolicy"] = orphan ? "Orphan" : "Background",
        };
        if (uid is not null)
        {
            options["preconditions"] = new JsonObject { ["uid"] = uid };
        }

        try
        {
            await SendAsync<JsonObject>(
                HttpMethod.Delete, KubeKind.Of(typeof(T)).Path(@namespace, name), options.ToJsonString(), Json, cancellationToken);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return;
        }
    }

    /// <summary>True when the API server serves the kind, as <c>policy/v1</c> or <c>monitoring.coreos.com/v1</c>.</summary>
    public async Task<bool> ServesAsync(string group, string version, string plural, CancellationToken cancellationToken)
    {
        try
        {
            var page = await SendAsync<JsonObject>(HttpMethod.Get, group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}", null, null, cancellationToken);
            return (page["resources"] as JsonArray)?.Any(resource => resource?["name"]?.ToString() == plural) == true;
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    private async Task<T> SendAsync<T>(HttpMethod method, string path, string? body, MediaTypeHeaderValue? type, CancellationToken cancellationToken)
    {
        using var request = await RequestAsync(method, path, body, type, cancellationToken);
        using var response = await ResponseAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            return KubernetesJson.Deserialize<T>(text);
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new KubeApiException(Show(request), response.StatusCode, "Unreadable", e.Message, inner: e);
        }
    }

    private async Task<HttpRequestMessage> RequestAsync(
        HttpMethod method, string path, string? body, MediaTypeHeaderValue? type, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, new Uri(client.BaseUri, path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = type;
        }

        if (client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        }

        return request;
    }

    private async Task<HttpResponseMessage> ResponseAsync(
        HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await client.HttpClient.SendAsync(request, completion, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new KubeApiException(Show(request), 0, "Unreachable", e.Message, inner: e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubeApiException(Show(request), 0, "Timeout", "the API server did not answer in time", inner: e);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await FailureAsync(Show(request), response, cancellationToken);
        }
    }

    private static async Task<KubeApiException> FailureAsync(string request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var retryAfter = response.Headers.RetryAfter?.Delta;
        try
        {
            var status = JsonNode.Parse(text);
            return new KubeApiException(
                request, response.StatusCode, status?["reason"]?.ToString() ?? "", status?["message"]?.ToString() ?? "", retryAfter);
        }
        catch (System.Text.Json.JsonException)
        {
            return new KubeApiException(request, response.StatusCode, "", text.Length > 200 ? text[..200] : text, retryAfter);
        }
    }

    private static string Identified<T>(T item)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var kind = KubeKind.Of(typeof(T));
        item.ApiVersion = kind.ApiVersion;
        item.Kind = kind.Kind;
        return KubernetesJson.Serialize(item);
    }

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> values)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in values)
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return query.ToString();
    }

    private static string Show(HttpRequestMessage request) => $"{request.Method} {request.RequestUri!.AbsolutePath}";
}
