using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane.Patching;

/// <summary>Merge patch (RFC 7386) and strategic merge patch, which merges lists by their keys.</summary>
internal static class JsonMerge
{
    /// <summary>Merges a patch into a target in place; <c>null</c> removes.</summary>
    public static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject child)
            {
                if (target[name] is not JsonObject existing)
                {
                    target[name] = existing = [];
                }

                Merge(existing, child);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }

    /// <summary>Merges a strategic patch into a target in place.</summary>
    /// <param name="target">What is changed.</param>
    /// <param name="patch">The patch, with <c>$patch</c>, <c>$retainKeys</c> and <c>$deleteFromPrimitiveList</c> as Kubernetes knows them.</param>
    /// <param name="keys">By what list items are told apart.</param>
    public static void MergeStrategic(JsonObject target, JsonObject patch, ListKeys keys)
    {
        if (patch["$patch"]?.ToString() == "replace")
        {
            target.Clear();
        }

        if (patch["$retainKeys"] is JsonArray retained)
        {
            var kept = retained.Select(name => name!.ToString()).ToHashSet();
            foreach (var name in target.Select(field => field.Key).Where(name => !kept.Contains(name)).ToList())
            {
                target.Remove(name);
            }
        }

        foreach (var (name, value) in patch)
        {
            if (name.StartsWith("$deleteFromPrimitiveList/", StringComparison.Ordinal))
            {
                DeleteFromPrimitiveList(target, name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..], value as JsonArray);
            }
            else if (!name.StartsWith('$'))
            {
                MergeField(target, name, value, keys);
            }
        }
    }

    private static void MergeField(JsonObject target, string name, JsonNode? value, ListKeys keys)
    {
        switch (value)
        {
            case null:
                target.Remove(name);
                break;
            case JsonObject child when child["$patch"]?.ToString() == "delete":
                target.Remove(name);
                break;
            case JsonObject child:
                if (target[name] is not JsonObject existing)
                {
                    target[name] = existing = [];
                }

                MergeStrategic(existing, child, keys.Field(name));
                break;
            case JsonArray list when keys.Field(name).IsKeyed(name):
                target[name] = MergeList(target[name] as JsonArray ?? [], list, name, keys.Field(name));
                break;
            default:
                target[name] = value.DeepClone();
                break;
        }
    }

    private static JsonArray MergeList(JsonArray current, JsonArray patch, string field, ListKeys keys)
    {
        var items = current.Select(item => item?.DeepClone()).ToList();
        foreach (var change in patch)
        {
            var key = keys.KeyOf(field, change);
            var at = items.FindIndex(item => keys.KeyOf(field, item) == key);
            if (change is JsonObject gone && gone["$patch"]?.ToString() == "delete")
            {
                if (at >= 0)
                {
                    items.RemoveAt(at);
                }
            }
            else if (at >= 0 && change is JsonObject part && items[at] is JsonObject item)
            {
                MergeStrategic(item, part, keys.Item());
            }
            else if (at < 0 && change is not JsonObject { Count: 1 } || at < 0 && change?["$patch"] is null)
            {
                items.Add(change?.DeepClone());
            }
        }

        return new JsonArray([.. items]);
    }

    private static void DeleteFromPrimitiveList(JsonObject target, string name, JsonArray? values)
    {
        if (target[name] is JsonArray list && values is not null)
        {
            var gone = values.Select(value => value?.ToJsonString()).ToHashSet();
            target[name] = new JsonArray([.. list.Where(item => !gone.Contains(item?.ToJsonString())).Select(item => item?.DeepClone())]);
        }
    }
}
