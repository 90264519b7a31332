using System.Globalization;
using System.Text.Json.Nodes;
using Rocketeer.DevCluster.ControlPlane.Schemas;

namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>What every write passes before it is kept: identity, schema, status apart from spec, versions, generations, defaults.</summary>
/// <param name="store">For addresses that are taken.</param>
/// <param name="clock">For creation times.</param>
internal sealed class Admission(ObjectStore store, TimeProvider clock)
{
    private readonly BuiltInDefaults _defaults = new(store);

    /// <summary>The name of a new object, made from <c>generateName</c> when there is none.</summary>
    public static string NameOf(JsonObject item)
    {
        var metadata = item["metadata"] as JsonObject ?? throw ApiException.BadRequest("the object has no metadata");
        if (metadata["name"]?.ToString() is { Length: > 0 } name)
        {
            return name;
        }

        var prefix = metadata["generateName"]?.ToString() ?? throw ApiException.BadRequest("name or generateName is required");
        name = prefix + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..5];
        metadata["name"] = name;
        return name;
    }

    /// <summary>An object with an identity and nothing else.</summary>
    public static JsonObject Empty(ResourceType type, ObjectKey key)
    {
        var metadata = new JsonObject { ["name"] = key.Name };
        if (type.Namespaced)
        {
            metadata["namespace"] = key.Namespace;
        }

        return new JsonObject { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind, ["metadata"] = metadata };
    }

    /// <summary>Makes <paramref name="after"/> what is kept, in place.</summary>
    /// <exception cref="ApiException">It must not be kept.</exception>
    public void Admit(ResourceType type, ObjectKey key, JsonObject? before, JsonObject after, string subresource, WriteOptions options)
    {
        Identity(type, key, before, after);
        if (type.HasStatus && before is not null)
        {
            KeepParts(before, after, subresource);
        }

        if (type.Schema is { } schema)
        {
            Check(type, key, after, schema, options);
        }

        _defaults.Apply(type, key, before, after);
        if (type.CountsGenerations)
        {
            var generation = before?["metadata"]!["generation"]?.GetValue<long>() ?? 0;
            var changed = before is null || !JsonNode.DeepEquals(before["spec"], after["spec"]);
            after["metadata"]!["generation"] = changed ? generation + 1 : generation;
        }
    }

    private void Identity(ResourceType type, ObjectKey key, JsonObject? before, JsonObject after)
    {
        var metadata = after["metadata"] as JsonObject ?? throw ApiException.BadRequest("the object has no metadata");
        if (metadata["name"]?.ToString() is { } name && name != key.Name)
        {
            throw ApiException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({key.Name})");
        }

        if (type.Namespaced && metadata["namespace"]?.ToString() is { } @namespace && @namespace != key.Namespace)
        {
            throw ApiException.BadRequest($"the namespace of the object ({@namespace}) does not match the namespace on the URL ({key.Namespace})");
        }

        var version = metadata["resourceVersion"]?.ToString();
        if (before is not null && version is { Length: > 0 } && version != before["metadata"]!["resourceVersion"]!.ToString())
        {
            throw ApiException.Conflict(
                type, key.Name, "the object has been modified; please apply your changes to the latest version and try again");
        }

        if (before is not null && metadata["uid"]?.ToString() is { } uid && uid != before["metadata"]!["uid"]!.ToString())
        {
            throw ApiException.Conflict(type, key.Name, $"the UID in the precondition ({uid}) does not match the UID in record");
        }

        after["apiVersion"] = type.ApiVersion;
        after["kind"] = type.Kind;
        metadata["name"] = key.Name;
        metadata["uid"] = before?["metadata"]!["uid"]!.DeepClone() ?? Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = before?["metadata"]!["creationTimestamp"]!.DeepClone() ?? Timestamps.Format(clock.GetUtcNow());
        if (type.Namespaced)
        {
            metadata["namespace"] = key.Namespace;
        }

        // Deletion is asked for by DELETE alone.
        foreach (var name2 in (string[])["deletionTimestamp", "deletionGracePeriodSeconds"])
        {
            metadata.Remove(name2);
            if (before?["metadata"]![name2] is { } kept)
            {
                metadata[name2] = kept.DeepClone();
            }
        }
    }

    // A write of the status changes the status alone; any other write leaves it alone.
    private static void KeepParts(JsonObject before, JsonObject after, string subresource)
    {
        if (subresource == "status")
        {
            var managed = after["metadata"]!["managedFields"]?.DeepClone();
            var status = after["status"]?.DeepClone();
            foreach (var name in after.Select(field => field.Key).ToList())
            {
                after.Remove(name);
            }

            foreach (var (name, value) in before)
            {
                after[name] = value?.DeepClone();
            }

            after.Remove("status");
            if (status is not null)
            {
                after["status"] = status;
            }

            if (managed is not null)
            {
                after["metadata"]!["managedFields"] = managed;
            }

            return;
        }

        after.Remove("status");
        if (before["status"] is { } kept)
        {
            after["status"] = kept.DeepClone();
        }
    }

    private static void Check(ResourceType type, ObjectKey key, JsonObject after, JsonObject schema, WriteOptions options)
    {
        var unknown = new List<string>();
        foreach (var (name, value) in after.ToList())
        {
            if (name is "apiVersion" or "kind" or "metadata")
            {
                continue;
            }

            var part = schema["properties"]?[name] as JsonObject;
            if (part is null && schema["x-kubernetes-preserve-unknown-fields"]?.GetValue<bool>() != true)
            {
                unknown.Add(name);
                after.Remove(name);
            }
            else
            {
                StructuralSchema.Prune(value, part, name, unknown);
            }
        }

        if (options.Strict && unknown.Count > 0)
        {
            var fields = string.Join(", ", unknown.Select(field => $"unknown field \"{field}\""));
            throw ApiException.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: strict decoding error: {fields}");
        }

        StructuralSchema.Default(after, schema);
        var errors = new List<FieldError>();
        SchemaValidation.Validate(after, schema, "", errors);
        if (errors.Count > 0)
        {
            throw ApiException.Invalid(type, key.Name, errors);
        }
    }
}
