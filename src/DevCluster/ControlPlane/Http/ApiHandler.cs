using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using k8s;

namespace Rocketeer.DevCluster.ControlPlane.Http;

/// <summary>Turns HTTP requests into calls of <see cref="ResourceApi"/>, and what comes of them into answers.</summary>
/// <param name="api">The API.</param>
/// <param name="logs">What the containers wrote.</param>
/// <param name="clock">For ages and the ends of watches.</param>
internal sealed partial class ApiHandler(ResourceApi api, IPodLogs logs, TimeProvider clock)
{
    private const int MaxBodyBytes = 3 * 1024 * 1024; // the API server's own limit

    private readonly Discovery _discovery = new(api.Types);

    /// <summary>Serves a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await DispatchAsync(context);
        }
        catch (ApiException e)
        {
            await WriteAsync(context, e.ToStatus(), (int)e.Code);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or YamlDotNet.Core.YamlException)
        {
            // A body whose parts are of other types than the API works with.
            await WriteAsync(context, ApiException.BadRequest($"the object cannot be read: {e.Message}").ToStatus(), StatusCodes.Status400BadRequest);
        }
    }

    private async Task DispatchAsync(HttpContext context)
    {
        var url = context.Request.Path.Value ?? "/";
        if (url is "/healthz" or "/readyz" or "/livez")
        {
            await context.Response.WriteAsync("ok", context.RequestAborted);
            return;
        }

        if (_discovery.Page(url) is { } page)
        {
            await WriteAsync(context, page);
            return;
        }

        var path = ApiPath.Parse(url) ?? throw ApiException.NoSuchPath();
        if (path.Plural.Length == 0)
        {
            await WriteAsync(context, _discovery.Resources(path.Group, path.Version) ?? throw ApiException.NoSuchPath());
            return;
        }

        var type = api.Types.Find(path.Group, path.Version, path.Plural) ?? throw ApiException.NoSuchPath();
        await (path.Name.Length == 0 ? CollectionAsync(context, type, path) : ItemAsync(context, type, path));
    }

    private Task CollectionAsync(HttpContext context, ResourceType type, ApiPath path) => context.Request.Method switch
    {
        "GET" when IsTrue(context, "watch") => WatchAsync(context, type, path),
        "GET" => ListAsync(context, type, path),
        "POST" => CreateAsync(context, type, path),
        "DELETE" => DeleteAllAsync(context, type, path),
        _ => throw ApiException.MethodNotAllowed(),
    };

    private Task ItemAsync(HttpContext context, ResourceType type, ApiPath path)
    {
        var key = new ObjectKey(type.Namespaced ? path.Namespace : "", path.Name);
        return (path.Subresource, context.Request.Method) switch
        {
            ("log", "GET") when type == BuiltInTypes.Pods => LogAsync(context, key),
            ("scale", _) when type.Scale is not null => ScaleAsync(context, type, key),
            ("" or "status", "GET") => WriteItemAsync(context, type, api.Get(type, key)),
            ("" or "status", "PUT") => ReplaceAsync(context, type, key, path.Subresource),
            ("" or "status", "PATCH") => PatchAsync(context, type, key, path.Subresource),
            ("", "DELETE") => DeleteAsync(context, type, key),
            ("" or "status", _) => throw ApiException.MethodNotAllowed(),
            _ => throw ApiException.NoSuchPath(),
        };
    }

    private async Task ListAsync(HttpContext context, ResourceType type, ApiPath path)
    {
        var (items, version) = api.Store.List(type, Scope(type, path));
        var selected = Selection.Of(context.Request.Query).Apply(items);
        var text = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await WriteAsync(context, Tables.IsWanted(context.Request.Headers.Accept)
            ? Tables.Of(type, selected, text, clock.GetUtcNow())
            : new JsonObject
            {
                ["kind"] = type.Kind + "List",
                ["apiVersion"] = type.ApiVersion,
                ["metadata"] = new JsonObject { ["resourceVersion"] = text },
                ["items"] = new JsonArray([.. selected.Select(item => (JsonNode)item.DeepClone())]),
            });
    }

    private async Task CreateAsync(HttpContext context, ResourceType type, ApiPath path)
    {
        var body = await BodyAsync(context);
        await WriteItemAsync(context, type, api.Create(type, path.Namespace, body, Options(context)), StatusCodes.Status201Created);
    }

    private async Task ReplaceAsync(HttpContext context, ResourceType type, ObjectKey key, string subresource)
    {
        var body = await BodyAsync(context);
        await WriteItemAsync(context, type, api.Update(type, key, body, subresource, Options(context)));
    }

    private async Task PatchAsync(HttpContext context, ResourceType type, ObjectKey key, string subresource)
    {
        var kind = KindOfPatch(context);
        var patch = await ReadAsync(context);
        var (item, created) = api.Patch(type, key, kind, patch, subresource, Options(context));
        await WriteItemAsync(context, type, item, created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private async Task DeleteAsync(HttpContext context, ResourceType type, ObjectKey key)
    {
        var (item, gone) = api.Delete(type, key, await DeleteOptionsAsync(context));

        // As the API server does: a word of success, but for the kinds whose clients expect the object.
        var word = gone && type != BuiltInTypes.Pods && type != BuiltInTypes.Services && type != BuiltInTypes.VolumeClaims;
        await (word ? WriteAsync(context, Success(type, item)) : WriteItemAsync(context, type, item));
    }

    private async Task DeleteAllAsync(HttpContext context, ResourceType type, ApiPath path)
    {
        var options = await DeleteOptionsAsync(context);
        foreach (var item in Selection.Of(context.Request.Query).Apply(api.Store.List(type, Scope(type, path)).Items).ToList())
        {
            api.Delete(type, new ObjectKey(item["metadata"]!["namespace"]?.ToString() ?? "", item["metadata"]!["name"]!.ToString()), options);
        }

        await ListAsync(context, type, path);
    }

    private async Task LogAsync(HttpContext context, ObjectKey key)
    {
        api.Get(BuiltInTypes.Pods, key);
        var tail = int.TryParse(context.Request.Query["tailLines"], out var lines) ? lines : (int?)null;
        context.Response.ContentType = "text/plain";
        await logs.CopyAsync(
            key, context.Request.Query["container"], tail, IsTrue(context, "follow"), IsTrue(context, "previous"), context.Response.Body, context.RequestAborted);
    }

    private static async Task<DeleteOptions> DeleteOptionsAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var body = context.Request.ContentLength is null or 0 ? [] : await BodyAsync(context);
        var preconditions = body["preconditions"];
        return new DeleteOptions(
            body["propagationPolicy"]?.ToString() ?? (query["propagationPolicy"].ToString() is { Length: > 0 } policy ? policy : "Background"),
            body["gracePeriodSeconds"]?.GetValue<long>() ?? (long.TryParse(query["gracePeriodSeconds"], out var grace) ? grace : null),
            preconditions?["uid"]?.ToString(),
            preconditions?["resourceVersion"]?.ToString(),
            IsDryRun(query, body));
    }

    private static WriteOptions Options(HttpContext context)
    {
        var query = context.Request.Query;
        var manager = query["fieldManager"].ToString() is { Length: > 0 } named ? named
            : context.Request.Headers.UserAgent.ToString().Split('/')[0] is { Length: > 0 } agent ? agent : "unknown";
        return new WriteOptions(manager, IsDryRun(query, []), query["fieldValidation"] == "Strict", IsTrue(context, "force"));
    }

    private static PatchKind KindOfPatch(HttpContext context) => context.Request.ContentType?.Split(';')[0] switch
    {
        "application/json-patch+json" => PatchKind.Json,
        "application/merge-patch+json" => PatchKind.Merge,
        "application/strategic-merge-patch+json" => PatchKind.Strategic,
        "application/apply-patch+yaml" => PatchKind.Apply,
        var other => throw ApiException.UnsupportedMediaType(other),
    };

    private static async Task<JsonObject> BodyAsync(HttpContext context) =>
        await ReadAsync(context) as JsonObject ?? throw ApiException.BadRequest("the body is not an object");

    // JSON, or YAML for apply, of which JSON is a part.
    private static async Task<JsonNode> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        if (buffer.Length > MaxBodyBytes)
        {
            throw ApiException.BadRequest($"the body has {buffer.Length} bytes; {MaxBodyBytes} are allowed");
        }

        var text = System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
        var json = text.AsSpan().TrimStart().StartsWith("{") || text.AsSpan().TrimStart().StartsWith("[")
            ? text
            : KubernetesJson.Serialize(KubernetesYaml.Deserialize<Dictionary<string, object>>(text));
        return JsonNode.Parse(json) ?? throw ApiException.BadRequest("the body is empty");
    }

    private Task WriteItemAsync(HttpContext context, ResourceType type, JsonObject item, int code = StatusCodes.Status200OK) =>
        WriteAsync(
            context,
            Tables.IsWanted(context.Request.Headers.Accept)
                ? Tables.Of(type, [item], item["metadata"]!["resourceVersion"]?.ToString() ?? "", clock.GetUtcNow())
                : item,
            code);

    private static async Task WriteAsync(HttpContext context, JsonObject body, int code = StatusCodes.Status200OK)
    {
        if (context.Response.HasStarted)
        {
            return; // the failure of a stream: its end tells the client
        }

        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        body.WriteTo(writer);
        await writer.FlushAsync(context.RequestAborted);
    }

    private static JsonObject Success(ResourceType type, JsonObject item) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Success",
        ["details"] = new JsonObject
        {
            ["name"] = item["metadata"]!["name"]!.DeepClone(),
            ["group"] = type.Group,
            ["kind"] = type.Plural,
            ["uid"] = item["metadata"]!["uid"]!.DeepClone(),
        },
    };

    private static string? Scope(ResourceType type, ApiPath path) => type.Namespaced && path.Namespace.Length > 0 ? path.Namespace : null;

    private static bool IsTrue(HttpContext context, string name) => context.Request.Query[name].ToString() is "true" or "1";

    private static bool IsDryRun(IQueryCollection query, JsonObject body) =>
        query["dryRun"].ToString() == "All" || (body["dryRun"] as JsonArray)?.Count > 0;
}
