using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane.Patching;

/// <summary>A set of fields, as <c>managedFields</c> writes it: <c>{"f:spec":{"f:groups":{}}}</c>. An entry without children is a field.</summary>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);

    /// <summary>True for a field, and for the empty set.</summary>
    public bool IsLeaf => _children.Count == 0;

    /// <summary>The fields of an object that a manager sends.</summary>
    public static FieldSet Of(JsonObject content, ListKeys keys)
    {
        var set = new FieldSet();
        foreach (var (name, value) in content)
        {
            set._children["f:" + name] = OfValue(name, value, keys.Field(name));
        }

        return set;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static FieldSet FromJson(JsonObject? json)
    {
        var set = new FieldSet();
        foreach (var (name, value) in json ?? [])
        {
            if (name != ".")
            {
                set._children[name] = FromJson(value as JsonObject);
            }
        }

        return set;
    }

    /// <summary>The form of <c>fieldsV1</c>.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (name, child) in _children)
        {
            json[name] = child.ToJson();
        }

        return json;
    }

    /// <summary>The fields, each as its path.</summary>
    public IEnumerable<string[]> Leaves() => Leaves([]);

    /// <summary>True when the field, or something below it, is in the set.</summary>
    public bool Contains(ReadOnlySpan<string> path) =>
        path.IsEmpty || (_children.TryGetValue(path[0], out var child) && child.Contains(path[1..]));

    /// <summary>Adds a field.</summary>
    public void Add(ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
        {
            return;
        }

        if (!_children.TryGetValue(path[0], out var child))
        {
            _children[path[0]] = child = new FieldSet();
        }

        child.Add(path[1..]);
    }

    /// <summary>Removes a field and all below it, and parents that become empty.</summary>
    public void Remove(ReadOnlySpan<string> path)
    {
        if (path.IsEmpty || !_children.TryGetValue(path[0], out var child))
        {
            return;
        }

        child.Remove(path[1..]);
        if (path.Length == 1 || child.IsLeaf)
        {
            _children.Remove(path[0]);
        }
    }

    /// <summary>A path as people read it: <c>.spec.brokers.groups</c>.</summary>
    public static string Show(string[] path) =>
        string.Concat(path.Select(part => part.StartsWith("f:", StringComparison.Ordinal) ? "." + part[2..] : $"[{part[2..]}]"));

    private static FieldSet OfValue(string field, JsonNode? value, ListKeys keys)
    {
        if (value is JsonObject @object && @object.Count > 0)
        {
            return Of(@object, keys);
        }

        var set = new FieldSet();
        if (value is JsonArray array && keys.IsKeyed(field))
        {
            foreach (var item in array)
            {
                var child = item is JsonObject part ? Of(part, keys.Item()) : new FieldSet();
                set._children[keys.KeyOf(field, item)!] = child;
            }
        }

        return set;
    }

    private IEnumerable<string[]> Leaves(string[] prefix)
    {
        foreach (var (name, child) in _children)
        {
            string[] path = [.. prefix, name];
            if (child.IsLeaf)
            {
                yield return path;
            }
            else
            {
                foreach (var leaf in child.Leaves(path))
                {
                    yield return leaf;
                }
            }
        }
    }
}
