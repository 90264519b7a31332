using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane.Patching;

/// <summary>By which fields the items of a list are told apart; a list without keys is replaced as a whole.</summary>
internal sealed class ListKeys
{
    // Built-in kinds: by the name of the field that holds the list.
    private static readonly Dictionary<string, string[]> BuiltIn = new(StringComparer.Ordinal)
    {
        ["containers"] = ["name"],
        ["initContainers"] = ["name"],
        ["ephemeralContainers"] = ["name"],
        ["volumes"] = ["name"],
        ["env"] = ["name"],
        ["volumeMounts"] = ["mountPath"],
        ["imagePullSecrets"] = ["name"],
        ["secrets"] = ["name"],
        ["ownerReferences"] = ["uid"],
        ["conditions"] = ["type"],
        ["topologySpreadConstraints"] = ["topologyKey", "whenUnsatisfiable"],
        ["ports"] = ["containerPort|port", "protocol"],
    };

    private readonly JsonObject? _schema;
    private readonly bool _isCustom;

    private ListKeys(JsonObject? schema, bool isCustom)
    {
        _schema = schema;
        _isCustom = isCustom;
    }

    /// <summary>The keys of a kind's lists, from its schema or, for built-in kinds, from what Kubernetes documents.</summary>
    public static ListKeys Of(ResourceType type) => new(type.Schema, type.Schema is not null);

    /// <summary>The keys below a field.</summary>
    public ListKeys Field(string name)
    {
        // metadata and embedded pod parts of custom resources are built-in.
        var schema = _schema?["properties"]?[name] as JsonObject ?? _schema?["additionalProperties"] as JsonObject;
        return new ListKeys(schema, _isCustom && name != "metadata");
    }

    /// <summary>The keys below an item of this list.</summary>
    public ListKeys Item() => new(_schema?["items"] as JsonObject, _isCustom);

    /// <summary>A text that identifies an item of the list called <paramref name="field"/>; <see langword="null"/> when the list has no keys.</summary>
    public string? KeyOf(string field, JsonNode? item)
    {
        if (item is not JsonObject @object)
        {
            return IsSet ? "v:" + (item?.ToJsonString() ?? "null") : null;
        }

        if (KeysOf(field) is not { } names)
        {
            return null;
        }

        var key = new JsonObject();
        foreach (var alternatives in names)
        {
            var name = Array.Find(alternatives.Split('|'), @object.ContainsKey);
            key[name ?? alternatives] = name is not null ? @object[name]!.DeepClone() : alternatives == "protocol" ? "TCP" : null;
        }

        return "k:" + key.ToJsonString();
    }

    /// <summary>True when items of the list are told apart.</summary>
    public bool IsKeyed(string field) => IsSet || KeysOf(field) is not null;

    private bool IsSet => _schema?["x-kubernetes-list-type"]?.ToString() == "set";

    private string[]? KeysOf(string field) =>
        _isCustom
            ? (_schema?["x-kubernetes-list-map-keys"] as JsonArray)?.Select(key => key!.ToString()).ToArray()
            : BuiltIn.GetValueOrDefault(field);
}
