using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane.Patching;

/// <summary>Reads and removes what a path of a <see cref="FieldSet"/> leads to.</summary>
internal static class FieldPaths
{
    /// <summary>What the path leads to, or <see langword="null"/>.</summary>
    public static JsonNode? Get(JsonObject root, string[] path, ListKeys keys)
    {
        JsonNode? at = root;
        var field = "";
        foreach (var part in path)
        {
            (at, keys, field) = Step(at, part, keys, field);
            if (at is null)
            {
                return null;
            }
        }

        return at;
    }

    /// <summary>Removes what the path leads to, and parents that become empty by it.</summary>
    public static void Remove(JsonObject root, string[] path, ListKeys keys)
    {
        if (Get(root, path, keys) is not { } node)
        {
            return;
        }

        for (var depth = path.Length; depth > 0; depth--)
        {
            var parent = node.Parent;
            switch (parent)
            {
                case JsonObject @object:
                    @object.Remove(path[depth - 1][2..]);
                    break;
                case JsonArray array:
                    array.Remove(node);
                    break;
            }

            if (parent is null or JsonObject { Count: > 0 } or JsonArray { Count: > 0 } || parent == root)
            {
                return;
            }

            node = parent;
        }
    }

    private static (JsonNode? Node, ListKeys Keys, string Field) Step(JsonNode? at, string part, ListKeys keys, string field)
    {
        if (part.StartsWith("f:", StringComparison.Ordinal))
        {
            var name = part[2..];
            return ((at as JsonObject)?[name], keys.Field(name), name);
        }

        var item = (at as JsonArray)?.FirstOrDefault(candidate => keys.KeyOf(field, candidate) == part);
        return (item, keys.Item(), field);
    }
}
