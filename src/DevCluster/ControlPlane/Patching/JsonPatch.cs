using System.Globalization;
using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane.Patching;

/// <summary>JSON patch (RFC 6902).</summary>
internal static class JsonPatch
{
    /// <summary>Applies the operations to a target in place.</summary>
    /// <exception cref="ApiException">An operation is malformed, leads nowhere, or its test fails.</exception>
    public static void Apply(JsonObject target, JsonArray operations)
    {
        foreach (var operation in operations)
        {
            var path = Pointer(operation?["path"]);
            switch (operation?["op"]?.ToString())
            {
                case "add":
                    Add(target, path, operation["value"]?.DeepClone(), replace: false);
                    break;
                case "replace":
                    Get(target, path);
                    Add(target, path, operation["value"]?.DeepClone(), replace: true);
                    break;
                case "remove":
                    Remove(target, path);
                    break;
                case "move":
                    var moved = Remove(target, Pointer(operation["from"]));
                    Add(target, path, moved, replace: false);
                    break;
                case "copy":
                    Add(target, path, Get(target, Pointer(operation["from"]))?.DeepClone(), replace: false);
                    break;
                case "test":
                    if (!JsonNode.DeepEquals(Get(target, path), operation["value"]))
                    {
                        throw ApiException.BadRequest($"the test of {operation["path"]} failed");
                    }

                    break;
                default:
                    throw ApiException.BadRequest($"\"{operation?["op"]}\" is not an operation of a JSON patch");
            }
        }
    }

    private static string[] Pointer(JsonNode? path)
    {
        var text = path?.ToString();
        if (text is null || !text.StartsWith('/'))
        {
            throw ApiException.BadRequest($"\"{text}\" is not a JSON pointer");
        }

        return [.. text[1..].Split('/').Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Get(JsonNode target, string[] path)
    {
        var parent = Parent(target, path);
        return parent switch
        {
            JsonObject @object when @object.TryGetPropertyValue(path[^1], out var value) => value,
            JsonArray array => array[Index(array, path[^1], 0)],
            _ => throw Nowhere(path),
        };
    }

    private static void Add(JsonNode target, string[] path, JsonNode? value, bool replace)
    {
        switch (Parent(target, path))
        {
            case JsonObject @object:
                @object[path[^1]] = value;
                break;
            case JsonArray array when replace:
                array[Index(array, path[^1], 0)] = value;
                break;
            case JsonArray array:
                array.Insert(path[^1] == "-" ? array.Count : Index(array, path[^1], 1), value);
                break;
            default:
                throw Nowhere(path);
        }
    }

    private static JsonNode? Remove(JsonNode target, string[] path)
    {
        var value = Get(target, path);
        switch (Parent(target, path))
        {
            case JsonObject @object:
                @object.Remove(path[^1]);
                break;
            case JsonArray array:
                array.RemoveAt(Index(array, path[^1], 0));
                break;
        }

        return value;
    }

    private static JsonNode? Parent(JsonNode target, string[] path)
    {
        JsonNode? at = target;
        foreach (var name in path[..^1])
        {
            at = at switch
            {
                JsonObject @object => @object[name],
                JsonArray array => array[Index(array, name, 0)],
                _ => throw Nowhere(path),
            };
        }

        return at;
    }

    private static int Index(JsonArray array, string text, int beyond) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < array.Count + beyond
            ? index
            : throw ApiException.BadRequest($"\"{text}\" is not an index of a list of {array.Count}");

    private static ApiException Nowhere(string[] path) => ApiException.BadRequest($"/{string.Join('/', path)} leads nowhere");
}
