using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>The part of Kubernetes's JSONPath that columns and scale subresources use: <c>.a.b</c>, <c>[0]</c>, <c>[?(@.type=="Ready")]</c>.</summary>
internal static class JsonPaths
{
    /// <summary>What a path leads to, or <see langword="null"/>.</summary>
    public static JsonNode? Find(JsonNode? node, string path)
    {
        var rest = path.AsSpan();
        while (node is not null && rest.Length > 0)
        {
            if (rest[0] == '.')
            {
                rest = rest[1..];
                var end = rest.IndexOfAny('.', '[');
                var name = end < 0 ? rest : rest[..end];
                rest = end < 0 ? [] : rest[end..];
                node = node is JsonObject @object ? @object[name.ToString()] : null;
            }
            else if (rest[0] == '[' && rest.IndexOf(']') is var close and > 0)
            {
                node = Element(node as JsonArray, rest[1..close]);
                rest = rest[(close + 1)..];
            }
            else
            {
                return null;
            }
        }

        return node;
    }

    /// <summary>Sets what a path of plain names leads to; parents are made.</summary>
    public static void Set(JsonObject root, string path, JsonNode? value)
    {
        var names = path.Split('.', StringSplitOptions.RemoveEmptyEntries);
        var at = root;
        foreach (var name in names[..^1])
        {
            if (at[name] is not JsonObject child)
            {
                at[name] = child = [];
            }

            at = child;
        }

        at[names[^1]] = value;
    }

    private static JsonNode? Element(JsonArray? array, ReadOnlySpan<char> selector)
    {
        if (array is null)
        {
            return null;
        }

        if (int.TryParse(selector, out var index))
        {
            return index >= 0 && index < array.Count ? array[index] : null;
        }

        // ?(@.name=="value")
        const string Begin = "?(@.";
        var equals = selector.IndexOf("==");
        if (!selector.StartsWith(Begin) || equals < 0)
        {
            return null;
        }

        var name = selector[Begin.Length..equals].Trim().ToString();
        var value = selector[(equals + 2)..].TrimEnd(')').Trim().Trim('"').Trim('\'').ToString();
        return array.FirstOrDefault(item => item?[name]?.ToString() == value);
    }
}
