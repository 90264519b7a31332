using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane.Http;

/// <summary>The pages by which clients find out what is served.</summary>
/// <param name="types">The kinds.</param>
internal sealed class Discovery(ResourceTypes types)
{
    private const string ReadAndWrite = "create delete deletecollection get list patch update watch";

    /// <summary>The page under a path, or <see langword="null"/>.</summary>
    public JsonObject? Page(string path) => path.TrimEnd('/') switch
    {
        "/version" => Version(),
        "/api" => new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") },
        "/apis" => Groups(),
        "/openapi/v3" => OpenApiDocuments.Index(types.All),
        var other when other.StartsWith("/openapi/v3/", StringComparison.Ordinal) => OpenApiDocuments.Of(types.All, other["/openapi/v3/".Length..]),
        _ => null,
    };

    /// <summary>The kinds of a group's version.</summary>
    public JsonObject? Resources(string group, string version)
    {
        var served = types.All.Where(type => type.Group == group && type.Version == version).ToList();
        if (served.Count == 0)
        {
            return null;
        }

        return new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = served[0].ApiVersion,
            ["resources"] = new JsonArray([.. served.SelectMany(Entries)]),
        };
    }

    private JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. types.All.Where(type => type.Group.Length > 0).GroupBy(type => type.Group).Select(group =>
        {
            var versions = group.Select(type => type.Version).Distinct()
                .Select(version => new JsonObject { ["groupVersion"] = $"{group.Key}/{version}", ["version"] = version }).ToList();
            return (JsonNode)new JsonObject
            {
                ["name"] = group.Key,
                ["versions"] = new JsonArray([.. versions]),
                ["preferredVersion"] = versions[0].DeepClone(),
            };
        })]),
    };

    private static IEnumerable<JsonNode> Entries(ResourceType type)
    {
        yield return Entry(type, type.Plural, ReadAndWrite);
        if (type.HasStatus)
        {
            yield return Entry(type, type.Plural + "/status", "get patch update");
        }

        if (type.Scale is not null)
        {
            var scale = Entry(type, type.Plural + "/scale", "get patch update");
            scale["group"] = "autoscaling";
            scale["version"] = "v1";
            scale["kind"] = "Scale";
            yield return scale;
        }

        if (type == BuiltInTypes.Pods)
        {
            yield return Entry(type, "pods/log", "get");
        }
    }

    private static JsonObject Entry(ResourceType type, string name, string verbs)
    {
        var entry = new JsonObject
        {
            ["name"] = name,
            ["singularName"] = name.Contains('/', StringComparison.Ordinal) ? "" : type.Singular,
            ["namespaced"] = type.Namespaced,
            ["kind"] = type.Kind,
            ["verbs"] = Texts(verbs.Split(' ')),
        };
        if (!name.Contains('/', StringComparison.Ordinal))
        {
            entry["shortNames"] = Texts(type.ShortNames);
            entry["categories"] = Texts(type.Categories);
        }

        return entry;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "32",
        ["gitVersion"] = "v1.32.0+rocketeer-dev",
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "2026-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "dotnet",
        ["platform"] = "linux/amd64",
    };
}
