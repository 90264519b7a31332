using System.Text;
using System.Text.Json.Nodes;
using Rocketeer.DevCluster.ControlPlane;

namespace Rocketeer.DevCluster.Node;

/// <summary>The contents of ConfigMaps and Secrets.</summary>
internal static class KeyedValues
{
    /// <summary>Every key with its bytes.</summary>
    public static IEnumerable<(string Key, byte[] Value)> Of(ResourceType type, JsonObject item)
    {
        foreach (var (key, value) in item[type == BuiltInTypes.Secrets ? "stringData" : "data"] as JsonObject ?? [])
        {
            yield return (key, Encoding.UTF8.GetBytes(value?.ToString() ?? ""));
        }

        foreach (var (key, value) in item[type == BuiltInTypes.Secrets ? "data" : "binaryData"] as JsonObject ?? [])
        {
            yield return (key, Convert.FromBase64String(value?.ToString() ?? ""));
        }
    }

    /// <summary>One key as text, or <see langword="null"/>.</summary>
    public static string? Find(ResourceType type, JsonObject? item, string key) =>
        item is null ? null : Of(type, item).Where(entry => entry.Key == key).Select(entry => Encoding.UTF8.GetString(entry.Value)).FirstOrDefault();
}
