using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane.Http;

/// <summary>OpenAPI v3 as kubectl uses it: to learn that the server validates fields, and for <c>kubectl explain</c>.</summary>
internal static class OpenApiDocuments
{
    /// <summary>The list of documents.</summary>
    public static JsonObject Index(IReadOnlyList<ResourceType> types)
    {
        var paths = new JsonObject();
        foreach (var group in types.Select(Path).Distinct())
        {
            paths[group] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{group}" };
        }

        return new JsonObject { ["paths"] = paths };
    }

    /// <summary>The document of a group's version, or <see langword="null"/>.</summary>
    public static JsonObject? Of(IReadOnlyList<ResourceType> types, string path)
    {
        var served = types.Where(type => Path(type) == path).ToList();
        if (served.Count == 0)
        {
            return null;
        }

        var paths = new JsonObject();
        var schemas = new JsonObject();
        foreach (var type in served)
        {
            var scope = type.Namespaced ? "/namespaces/{namespace}" : "";
            paths[$"/{path}{scope}/{type.Plural}/{{name}}"] = new JsonObject { ["patch"] = Patch(type) };
            var schema = type.Schema?.DeepClone().AsObject()
                ?? new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
            schema["x-kubernetes-group-version-kind"] = new JsonArray(Kind(type));
            schemas[$"{(type.Group.Length == 0 ? "core" : type.Group)}.{type.Version}.{type.Kind}"] = schema;
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Rocketeer development control plane", ["version"] = "v1" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static string Path(ResourceType type) => type.Group.Length == 0 ? $"api/{type.Version}" : $"apis/{type.ApiVersion}";

    private static JsonObject Patch(ResourceType type) => new()
    {
        ["operationId"] = $"patch{type.Kind}",
        ["parameters"] = new JsonArray(
            Parameter("fieldValidation"), Parameter("fieldManager"), Parameter("force"), Parameter("dryRun")),
        ["x-kubernetes-action"] = "patch",
        ["x-kubernetes-group-version-kind"] = Kind(type),
        ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
    };

    private static JsonObject Parameter(string name) => new()
    {
        ["name"] = name,
        ["in"] = "query",
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Kind(ResourceType type) =>
        new() { ["group"] = type.Group, ["version"] = type.Version, ["kind"] = type.Kind };
}
