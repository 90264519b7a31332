using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>The kinds that are served now: the built-in ones and those of CustomResourceDefinitions. Thread-safe.</summary>
internal sealed class ResourceTypes
{
    private volatile IReadOnlyList<ResourceType> _all = BuiltInTypes.All;

    /// <summary>All kinds.</summary>
    public IReadOnlyList<ResourceType> All => _all;

    /// <summary>The kind under a URL, or <see langword="null"/>.</summary>
    public ResourceType? Find(string group, string version, string plural) =>
        _all.FirstOrDefault(type => type.Group == group && type.Version == version && type.Plural == plural);

    /// <summary>The kind that an owner reference names, or <see langword="null"/>.</summary>
    public ResourceType? FindKind(string apiVersion, string kind) =>
        _all.FirstOrDefault(type => type.ApiVersion == apiVersion && type.Kind == kind);

    /// <summary>Takes a definition in, in place of one of the same name.</summary>
    public void Define(JsonObject definition)
    {
        var types = FromDefinition(definition).ToList();
        _all = [.. _all.Where(type => !types.Exists(other => other.QualifiedName == type.QualifiedName)), .. types];
    }

    /// <summary>Forgets a definition.</summary>
    public void Forget(JsonObject definition)
    {
        var name = definition["metadata"]!["name"]!.ToString();
        _all = [.. _all.Where(type => type.QualifiedName != name || type.Schema is null)];
    }

    private static IEnumerable<ResourceType> FromDefinition(JsonObject definition)
    {
        var spec = definition["spec"]!.AsObject();
        var names = spec["names"]!.AsObject();
        foreach (var version in spec["versions"]!.AsArray())
        {
            var subresources = version!["subresources"];
            var scale = subresources?["scale"];
            yield return new ResourceType
            {
                Group = spec["group"]!.ToString(),
                Version = version["name"]!.ToString(),
                Plural = names["plural"]!.ToString(),
                Kind = names["kind"]!.ToString(),
                Namespaced = spec["scope"]?.ToString() != "Cluster",
                ShortNames = Texts(names["shortNames"]),
                Categories = Texts(names["categories"]),
                HasStatus = subresources?["status"] is not null,
                Scale = scale is null ? null : new ScalePaths(
                    scale["specReplicasPath"]!.ToString(), scale["statusReplicasPath"]!.ToString(), scale["labelSelectorPath"]?.ToString()),
                Columns = [.. (version["additionalPrinterColumns"] as JsonArray ?? []).Select(column => new PrinterColumn(
                    column!["name"]!.ToString(),
                    column["type"]!.ToString(),
                    column["jsonPath"]!.ToString(),
                    column["priority"]?.GetValue<int>() ?? 0,
                    column["description"]?.ToString() ?? ""))],
                Schema = version["schema"]?["openAPIV3Schema"]?.DeepClone().AsObject() ?? new JsonObject { ["x-kubernetes-preserve-unknown-fields"] = true },
            };
        }
    }

    private static string[] Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(item => item!.ToString())];
}
