using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane.Schemas;

/// <summary>What the API does with a custom resource before it keeps it: unknown fields go, defaults come.</summary>
internal static class StructuralSchema
{
    /// <summary>Removes fields that the schema does not know.</summary>
    /// <param name="value">Changed in place.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="unknown">Receives the paths of what was removed.</param>
    public static void Prune(JsonNode? value, JsonObject? schema, string path, ICollection<string> unknown)
    {
        if (schema is null)
        {
            return;
        }

        var preserves = schema["x-kubernetes-preserve-unknown-fields"]?.GetValue<bool>() == true;
        switch (value)
        {
            case JsonObject @object:
                foreach (var (name, child) in @object.ToList())
                {
                    var childSchema = schema["properties"]?[name] as JsonObject ?? schema["additionalProperties"] as JsonObject;
                    if (childSchema is not null)
                    {
                        Prune(child, childSchema, Join(path, name), unknown);
                    }
                    else if (!preserves)
                    {
                        unknown.Add(Join(path, name));
                        @object.Remove(name);
                    }
                }

                break;
            case JsonArray array:
                for (var i = 0; i < array.Count; i++)
                {
                    Prune(array[i], schema["items"] as JsonObject, $"{path}[{i}]", unknown);
                }

                break;
        }
    }

    /// <summary>Fills in what is absent and has a default; an explicit <c>null</c> of a field with a default counts as absent.</summary>
    public static void Default(JsonNode? value, JsonObject? schema)
    {
        switch (value)
        {
            case JsonObject @object:
                foreach (var (name, child) in schema?["properties"] as JsonObject ?? [])
                {
                    if (@object[name] is null && child?["default"] is { } @default)
                    {
                        @object[name] = @default.DeepClone();
                    }

                    Default(@object[name], child as JsonObject);
                }

                if (schema?["additionalProperties"] is JsonObject values)
                {
                    foreach (var (_, child) in @object)
                    {
                        Default(child, values);
                    }
                }

                break;
            case JsonArray array:
                foreach (var item in array)
                {
                    Default(item, schema?["items"] as JsonObject);
                }

                break;
        }
    }

    /// <summary>A path and a name below it.</summary>
    internal static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
