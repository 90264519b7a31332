using System.Text.Json.Nodes;
using Rocketeer.DevCluster.ControlPlane.Patching;

namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>How a write is meant.</summary>
/// <param name="Manager">Who writes, for <c>managedFields</c>.</param>
/// <param name="DryRun">True: answered, and not done.</param>
/// <param name="Strict">True: unknown fields are refused (<c>fieldValidation=Strict</c>).</param>
/// <param name="Force">True: an apply takes fields of others over.</param>
internal readonly record struct WriteOptions(string Manager, bool DryRun = false, bool Strict = false, bool Force = false);

/// <summary>
/// What the API does with objects, whoever asks: a client over HTTP or a controller in this process. Every write goes through
/// <see cref="Admission"/>. Thread-safe.
/// </summary>
internal sealed partial class ResourceApi
{
    private readonly ObjectStore _store;
    private readonly ResourceTypes _types;
    private readonly Admission _admission;
    private readonly TimeProvider _clock;

    /// <summary>Creates the API over a store.</summary>
    public ResourceApi(ObjectStore store, ResourceTypes types, TimeProvider clock)
    {
        _store = store;
        _types = types;
        _clock = clock;
        _admission = new Admission(store, clock);
    }

    /// <summary>The objects.</summary>
    public ObjectStore Store => _store;

    /// <summary>The kinds.</summary>
    public ResourceTypes Types => _types;

    /// <summary>An object.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    public JsonObject Get(ResourceType type, ObjectKey key) => _store.Find(type, key) ?? throw ApiException.NotFound(type, key.Name);

    /// <summary>Creates an object; <c>generateName</c> is honoured.</summary>
    /// <exception cref="ApiException">It exists, its namespace does not, or it is not valid.</exception>
    public JsonObject Create(ResourceType type, string @namespace, JsonObject body, WriteOptions options)
    {
        var item = AsRead(body);
        var name = Admission.NameOf(item);
        var key = new ObjectKey(type.Namespaced ? @namespace : "", name);
        RequireNamespace(type, key);
        if (type.HasStatus && type.Schema is not null)
        {
            item.Remove("status"); // it is written through its subresource alone
        }

        return Write(type, key, options, before => before is not null
            ? throw ApiException.AlreadyExists(type, name)
            : Admit(type, key, null, item, "", options, apply: false));
    }

    /// <summary>Replaces an object, or its status.</summary>
    /// <exception cref="ApiException">There is none, it changed meanwhile, or it is not valid.</exception>
    public JsonObject Update(ResourceType type, ObjectKey key, JsonObject body, string subresource, WriteOptions options) =>
        Write(type, key, options, before =>
        {
            if (before is null)
            {
                throw ApiException.NotFound(type, key.Name);
            }

            var after = body.DeepClone().AsObject();
            return Admit(type, key, before, after, subresource, options, apply: false);
        });

    /// <summary>Changes an object by a function on a copy of it; for controllers of this process, which retry nothing.</summary>
    public JsonObject Modify(ResourceType type, ObjectKey key, string subresource, WriteOptions options, Action<JsonObject> change) =>
        Write(type, key, options, before =>
        {
            var after = (before ?? throw ApiException.NotFound(type, key.Name)).DeepClone().AsObject();
            change(after);
            return Admit(type, key, before, AsRead(after), subresource, options, apply: false);
        });

    /// <summary>Patches an object, or its status; an apply creates what is not there.</summary>
    /// <exception cref="ApiException">There is none, the patch does not fit, others own the fields, or the result is not valid.</exception>
    public (JsonObject Item, bool Created) Patch(
        ResourceType type, ObjectKey key, PatchKind kind, JsonNode patch, string subresource, WriteOptions options)
    {
        RequireNamespace(type, key);
        var created = false;
        var item = Write(type, key, options, before =>
        {
            created = before is null;
            if (before is null && (kind != PatchKind.Apply || subresource.Length > 0))
            {
                throw ApiException.NotFound(type, key.Name);
            }

            var after = before?.DeepClone().AsObject() ?? Admission.Empty(type, key);
            Patched(type, after, kind, patch, subresource, options);
            return Admit(type, key, before, after, subresource, options, apply: kind == PatchKind.Apply);
        });
        return (item, created);
    }

    private void Patched(ResourceType type, JsonObject after, PatchKind kind, JsonNode patch, string subresource, WriteOptions options)
    {
        if (kind == PatchKind.Json)
        {
            JsonPatch.Apply(after, patch as JsonArray ?? throw ApiException.BadRequest("a JSON patch is a list of operations"));
            return;
        }

        var body = patch as JsonObject ?? throw ApiException.BadRequest("the patch is not an object");
        switch (kind)
        {
            case PatchKind.Strategic when type.Schema is null:
                JsonMerge.MergeStrategic(after, body, ListKeys.Of(type));
                break;
            case PatchKind.Strategic:
                throw ApiException.UnsupportedMediaType("application/strategic-merge-patch+json");
            case PatchKind.Apply:
                ManagedFields.Apply(after, body, type, options.Manager, subresource, options.Force, _clock.GetUtcNow());
                break;
            default:
                JsonMerge.Merge(after, body);
                break;
        }
    }

    private JsonObject? Admit(
        ResourceType type, ObjectKey key, JsonObject? before, JsonObject after, string subresource, WriteOptions options, bool apply)
    {
        _admission.Admit(type, key, before, after, subresource, options);
        if (before is not null && SameButForTimes(before, after))
        {
            return before;
        }

        if (!apply)
        {
            ManagedFields.Note(before ?? Admission.Empty(type, key), after, type, options.Manager, subresource, _clock.GetUtcNow());
        }

        return after;
    }

    // One step in the store; a dry run goes the same way and is thrown away.
    private JsonObject Write(ResourceType type, ObjectKey key, WriteOptions options, Func<JsonObject?, JsonObject?> change)
    {
        if (options.DryRun)
        {
            return change(_store.Find(type, key))!;
        }

        JsonObject? removed = null;
        var item = _store.Change(type, key, before =>
        {
            var after = change(before);
            if (after is not null && IsFinished(type, after))
            {
                removed = before;
                return null;
            }

            return after;
        })!;
        if (removed is not null)
        {
            Removed(type, key, item);
        }
        else if (type == BuiltInTypes.CustomResourceDefinitions)
        {
            _types.Define(item);
        }

        return item;
    }

    private void RequireNamespace(ResourceType type, ObjectKey key)
    {
        if (!type.Namespaced)
        {
            return;
        }

        var found = _store.Find(BuiltInTypes.Namespaces, new ObjectKey("", key.Namespace))
            ?? throw ApiException.NotFound(BuiltInTypes.Namespaces, key.Namespace);
        if (found["metadata"]!["deletionTimestamp"] is not null && _store.Find(type, key) is null)
        {
            throw ApiException.Forbidden(
                $"{type.QualifiedName} \"{key.Name}\" is forbidden: unable to create new content in namespace {key.Namespace} because it is being terminated");
        }
    }

    // Values that code of this process made have types of their own; those that were read convert freely, which the rest relies on.
    private static JsonObject AsRead(JsonObject item) => JsonNode.Parse(item.ToJsonString())!.AsObject();

    private static bool SameButForTimes(JsonObject before, JsonObject after)
    {
        var left = before.DeepClone().AsObject();
        var right = after.DeepClone().AsObject();
        foreach (var item in (JsonObject[])[left, right])
        {
            item["metadata"]!.AsObject().Remove("resourceVersion");
            foreach (var entry in item["metadata"]!["managedFields"] as JsonArray ?? [])
            {
                entry!.AsObject().Remove("time");
            }
        }

        return JsonNode.DeepEquals(left, right);
    }
}

/// <summary>Kinds of patches.</summary>
internal enum PatchKind
{
    /// <summary>RFC 6902.</summary>
    Json,

    /// <summary>RFC 7386.</summary>
    Merge,

    /// <summary>Merge with lists by their keys, for built-in kinds.</summary>
    Strategic,

    /// <summary>Server-side apply.</summary>
    Apply,
}
