using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>How a deletion is meant.</summary>
/// <param name="Propagation">Background, Foreground or Orphan.</param>
/// <param name="GraceSeconds">Seconds that a pod has; <see langword="null"/>: its own number.</param>
/// <param name="Uid">The object must still be this one.</param>
/// <param name="ResourceVersion">The object must still be as it was.</param>
/// <param name="DryRun">True: answered, and not done.</param>
internal readonly record struct DeleteOptions(
    string Propagation = "Background", long? GraceSeconds = null, string? Uid = null, string? ResourceVersion = null, bool DryRun = false);

/// <summary>Deletion: finalizers, graceful ends of pods, dependents, namespaces.</summary>
internal sealed partial class ResourceApi
{
    /// <summary>Deletes an object, or marks it when finalizers or a grace period keep it.</summary>
    /// <returns>The object as it is now or last was, and whether it is gone.</returns>
    /// <exception cref="ApiException">There is none, or a precondition fails.</exception>
    public (JsonObject Item, bool Gone) Delete(ResourceType type, ObjectKey key, DeleteOptions options)
    {
        var current = Get(type, key);
        Require(type, key, current, options);
        if (options.DryRun)
        {
            return (current, false);
        }

        if (options.Propagation == "Orphan")
        {
            Orphan(current);
        }

        var gone = false;
        var item = _store.Change(type, key, before =>
        {
            if (before is null)
            {
                throw ApiException.NotFound(type, key.Name);
            }

            Require(type, key, before, options);
            var after = Marked(type, before, options);
            gone = IsFinished(type, after);
            return gone ? null : JsonNode.DeepEquals(before, after) ? before : after;
        })!;
        if (gone)
        {
            Removed(type, key, item);
        }
        else if (type == BuiltInTypes.Namespaces)
        {
            EmptyNamespace(key.Name);
        }

        return (item, gone);
    }

    /// <summary>Removes a pod whose process has ended.</summary>
    public void FinishPod(ObjectKey key) => Delete(BuiltInTypes.Pods, key, new DeleteOptions(GraceSeconds: 0));

    private static void Require(ResourceType type, ObjectKey key, JsonObject item, DeleteOptions options)
    {
        var metadata = item["metadata"]!;
        if ((options.Uid is { } uid && uid != metadata["uid"]!.ToString())
            || (options.ResourceVersion is { } version && version != metadata["resourceVersion"]!.ToString()))
        {
            throw ApiException.Conflict(type, key.Name, "the precondition does not match the object in record");
        }
    }

    private JsonObject Marked(ResourceType type, JsonObject before, DeleteOptions options)
    {
        var after = before.DeepClone().AsObject();
        var metadata = after["metadata"]!.AsObject();
        var grace = type != BuiltInTypes.Pods || before["spec"]?["nodeName"] is null ? 0
            : options.GraceSeconds ?? before["spec"]?["terminationGracePeriodSeconds"]?.GetValue<long>() ?? 30;
        if (metadata["deletionTimestamp"] is null || metadata["deletionGracePeriodSeconds"]?.GetValue<long>() > grace)
        {
            metadata["deletionTimestamp"] = Timestamps.Format(_clock.GetUtcNow().AddSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
        }

        if (type == BuiltInTypes.Namespaces)
        {
            after["status"] = new JsonObject { ["phase"] = "Terminating" };
        }

        if (type.CountsGenerations && before["metadata"]!["deletionTimestamp"] is null)
        {
            metadata["generation"] = (metadata["generation"]?.GetValue<long>() ?? 0) + 1;
        }

        return after;
    }

    // Marked, nobody holds it any more, and a pod's process has had its time.
    private bool IsFinished(ResourceType type, JsonObject item)
    {
        var metadata = item["metadata"]!;
        return metadata["deletionTimestamp"] is not null
            && metadata["finalizers"] is not JsonArray { Count: > 0 }
            && (type != BuiltInTypes.Pods || metadata["deletionGracePeriodSeconds"]?.GetValue<long>() == 0)
            && (type != BuiltInTypes.Namespaces || IsEmpty(metadata["name"]!.ToString()));
    }

    private void Removed(ResourceType type, ObjectKey key, JsonObject item)
    {
        if (type == BuiltInTypes.CustomResourceDefinitions)
        {
            RemoveAll(item);
        }

        CollectDependents(item);
        if (type.Namespaced && _store.Find(BuiltInTypes.Namespaces, new ObjectKey("", key.Namespace)) is { } @namespace
            && @namespace["metadata"]!["deletionTimestamp"] is not null && IsEmpty(key.Namespace))
        {
            Delete(BuiltInTypes.Namespaces, new ObjectKey("", key.Namespace), default);
        }
    }

    // Objects whose owners are all gone go too.
    private void CollectDependents(JsonObject owner)
    {
        var uid = owner["metadata"]!["uid"]!.ToString();
        foreach (var (type, key, item) in DependentsOf(uid))
        {
            var others = item["metadata"]!["ownerReferences"]!.AsArray()
                .Where(reference => reference!["uid"]!.ToString() != uid)
                .Any(reference => OwnerLives(reference!, key.Namespace));
            if (!others)
            {
                TryDelete(type, key);
            }
        }
    }

    private void Orphan(JsonObject owner)
    {
        var uid = owner["metadata"]!["uid"]!.ToString();
        foreach (var (type, key, _) in DependentsOf(uid))
        {
            Modify(type, key, "", new WriteOptions("garbage-collector"), item =>
            {
                var kept = item["metadata"]!["ownerReferences"]!.AsArray()
                    .Where(reference => reference!["uid"]!.ToString() != uid).Select(reference => reference!.DeepClone()).ToArray();
                item["metadata"]!["ownerReferences"] = new JsonArray(kept);
            });
        }
    }

    private List<(ResourceType Type, ObjectKey Key, JsonObject Item)> DependentsOf(string uid)
    {
        var dependents = new List<(ResourceType, ObjectKey, JsonObject)>();
        foreach (var type in _types.All)
        {
            foreach (var item in _store.List(type, null).Items)
            {
                if (item["metadata"]!["ownerReferences"] is JsonArray owners && owners.Any(owner => owner!["uid"]!.ToString() == uid))
                {
                    dependents.Add((type, KeyOf(item), item));
                }
            }
        }

        return dependents;
    }

    private bool OwnerLives(JsonNode reference, string @namespace) =>
        _types.FindKind(reference["apiVersion"]!.ToString(), reference["kind"]!.ToString()) is { } type
        && _store.Find(type, new ObjectKey(type.Namespaced ? @namespace : "", reference["name"]!.ToString())) is { } owner
        && owner["metadata"]!["uid"]!.ToString() == reference["uid"]!.ToString();

    private void EmptyNamespace(string name)
    {
        foreach (var type in _types.All.Where(type => type.Namespaced))
        {
            foreach (var item in _store.List(type, name).Items)
            {
                TryDelete(type, KeyOf(item));
            }
        }

        if (IsEmpty(name) && _store.Find(BuiltInTypes.Namespaces, new ObjectKey("", name)) is not null)
        {
            TryDelete(BuiltInTypes.Namespaces, new ObjectKey("", name));
        }
    }

    private bool IsEmpty(string @namespace) =>
        _types.All.All(type => !type.Namespaced || _store.List(type, @namespace).Items.Count == 0);

    private void RemoveAll(JsonObject definition)
    {
        var spec = definition["spec"]!;
        foreach (var type in _types.All.Where(type => type.Group == spec["group"]!.ToString() && type.Plural == spec["names"]!["plural"]!.ToString()))
        {
            foreach (var item in _store.List(type, null).Items)
            {
                TryDelete(type, KeyOf(item));
            }
        }

        _types.Forget(definition);
    }

    // Somebody else may have been faster, which is as good.
    private void TryDelete(ResourceType type, ObjectKey key)
    {
        if (_store.Find(type, key) is not null)
        {
            try
            {
                Delete(type, key, new DeleteOptions());
            }
            catch (ApiException e) when (e.Code == System.Net.HttpStatusCode.NotFound)
            {
                return;
            }
        }
    }

    private static ObjectKey KeyOf(JsonObject item) =>
        new(item["metadata"]!["namespace"]?.ToString() ?? "", item["metadata"]!["name"]!.ToString());
}
