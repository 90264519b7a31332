using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.Workloads;

namespace Rocketeer.DevCluster.Node;

/// <summary>A container's environment: envFrom, then env with references to fields, ConfigMaps and Secrets, and <c>$(NAME)</c>.</summary>
internal sealed partial class ContainerEnvironment
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Reads it.</summary>
    /// <exception cref="PodNotReadyException">Something that is not optional is missing.</exception>
    public ContainerEnvironment(ResourceApi api, JsonObject pod, JsonNode container, string podIP, PodPaths paths)
    {
        foreach (var source in container["envFrom"] as JsonArray ?? [])
        {
            AddAll(api, pod, source!, BuiltInTypes.ConfigMaps, "configMapRef");
            AddAll(api, pod, source!, BuiltInTypes.Secrets, "secretRef");
        }

        foreach (var entry in container["env"] as JsonArray ?? [])
        {
            var value = entry!["value"] is { } plain ? Expand(plain.ToString()) : From(api, pod, entry["valueFrom"], podIP);
            if (value is not null || entry["valueFrom"] is null)
            {
                _values[entry["name"]!.ToString()] = value ?? "";
            }
        }

        foreach (var (name, value) in _values.ToList())
        {
            _values[name] = paths.Here(value);
        }
    }

    /// <summary>Names and values.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>Replaces <c>$(NAME)</c>; unknown names stay, and <c>$$(</c> is a plain <c>$(</c>.</summary>
    public string Expand(string text) => Reference().Replace(text, match =>
        match.Value.StartsWith("$$", StringComparison.Ordinal) ? match.Value[1..]
        : _values.TryGetValue(match.Groups[1].Value, out var value) ? value : match.Value);

    [GeneratedRegex(@"\$?\$\(([A-Za-z_.-][\w.-]*)\)")]
    private static partial Regex Reference();

    private void AddAll(ResourceApi api, JsonObject pod, JsonNode source, ResourceType type, string field)
    {
        if (source[field] is not { } reference)
        {
            return;
        }

        if (api.Store.Find(type, new ObjectKey(pod.Key().Namespace, reference["name"]!.ToString())) is not { } found)
        {
            Require(reference, $"{type.Kind} {reference["name"]}");
            return;
        }

        foreach (var (key, value) in KeyedValues.Of(type, found))
        {
            _values[source["prefix"] + key] = System.Text.Encoding.UTF8.GetString(value);
        }
    }

    private static string? From(ResourceApi api, JsonObject pod, JsonNode? source, string podIP)
    {
        if (source?["fieldRef"]?["fieldPath"]?.ToString() is { } field)
        {
            return Field(pod, field, podIP);
        }

        foreach (var (type, name) in ((ResourceType, string)[])[(BuiltInTypes.ConfigMaps, "configMapKeyRef"), (BuiltInTypes.Secrets, "secretKeyRef")])
        {
            if (source?[name] is { } reference)
            {
                var found = api.Store.Find(type, new ObjectKey(pod.Key().Namespace, reference["name"]!.ToString()));
                var value = KeyedValues.Find(type, found, reference["key"]!.ToString());
                if (value is null)
                {
                    Require(reference, $"key {reference["key"]} of {type.Kind} {reference["name"]}");
                }

                return value;
            }
        }

        return null;
    }

    private static string? Field(JsonObject pod, string path, string podIP) => path switch
    {
        "status.podIP" or "status.podIPs" => podIP,
        "status.hostIP" => "127.0.0.1",
        _ when path.IndexOf("['", StringComparison.Ordinal) is var at and > 0 =>
            JsonPaths.Find(pod, "." + path[..at])?[path[(at + 2)..^2]]?.ToString() ?? "",
        _ => JsonPaths.Find(pod, "." + path)?.ToString() ?? "",
    };

    private static void Require(JsonNode reference, string what)
    {
        if (reference["optional"]?.GetValue<bool>() != true)
        {
            throw new PodNotReadyException("CreateContainerConfigError", $"the {what} does not exist");
        }
    }
}
