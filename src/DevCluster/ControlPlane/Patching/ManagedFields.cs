using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane.Patching;

/// <summary>Who set which field (<c>metadata.managedFields</c>), and server-side apply on top of it.</summary>
internal sealed class ManagedFields
{
    private static readonly string[] Unowned = ["apiVersion", "kind"];
    private static readonly string[] UnownedMetadata =
        ["name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "managedFields", "selfLink", "deletionGracePeriodSeconds"];

    private readonly List<Entry> _entries = [];
    private readonly ListKeys _keys;
    private readonly string _apiVersion;

    private ManagedFields(ListKeys keys, string apiVersion)
    {
        _keys = keys;
        _apiVersion = apiVersion;
    }

    /// <summary>
    /// Applies: what the manager sends is set, what it sent before and does not send any more goes, unless somebody else wants it too.
    /// </summary>
    /// <param name="live">What is there; changed in place. Empty for a new object.</param>
    /// <param name="applied">What the manager wants.</param>
    /// <param name="type">The kind.</param>
    /// <param name="manager">Who applies.</param>
    /// <param name="subresource"><c>status</c>, or empty.</param>
    /// <param name="force">Whether fields of others are taken over.</param>
    /// <param name="now">Time of the entry.</param>
    /// <exception cref="ApiException">Others own fields that would change.</exception>
    public static void Apply(
        JsonObject live, JsonObject applied, ResourceType type, string manager, string subresource, bool force, DateTimeOffset now)
    {
        var keys = ListKeys.Of(type);
        var fields = Read(live, keys, type.ApiVersion);
        var wanted = FieldSet.Of(WithoutIdentity(applied), keys);
        var mine = fields.Of(manager, "Apply", subresource, now);
        fields.Claim(live, applied, wanted, mine, force);
        foreach (var path in mine.Fields.Leaves().Where(path => !wanted.Contains(path)).ToList())
        {
            if (!fields._entries.Any(entry => entry != mine && entry.Fields.Contains(path)))
            {
                FieldPaths.Remove(live, path, keys);
            }
        }

        JsonMerge.MergeStrategic(live, WithoutNulls(WithoutIdentity(applied)), keys);
        mine.Fields = wanted;
        fields.Write(live);
    }

    /// <summary>Notes what an update or a patch changed: its manager owns those fields now, nobody else does.</summary>
    public static void Note(
        JsonObject before, JsonObject after, ResourceType type, string manager, string subresource, DateTimeOffset now)
    {
        var keys = ListKeys.Of(type);
        var fields = Read(after, keys, type.ApiVersion);
        var mine = fields.Of(manager, "Update", subresource, now);
        var old = WithoutIdentity(before);
        var @new = WithoutIdentity(after);
        foreach (var path in FieldSet.Of(@new, keys).Leaves())
        {
            if (!JsonNode.DeepEquals(FieldPaths.Get(old, path, keys), FieldPaths.Get(@new, path, keys)))
            {
                fields.TakeFromOthers(path, mine);
                mine.Fields.Add(path);
            }
        }

        foreach (var path in FieldSet.Of(old, keys).Leaves().Where(path => FieldPaths.Get(@new, path, keys) is null))
        {
            fields._entries.ForEach(entry => entry.Fields.Remove(path));
        }

        fields.Write(after);
    }

    private void Claim(JsonObject live, JsonObject applied, FieldSet wanted, Entry mine, bool force)
    {
        var conflicts = new List<(string, string)>();
        foreach (var path in wanted.Leaves())
        {
            var same = JsonNode.DeepEquals(FieldPaths.Get(live, path, _keys), FieldPaths.Get(applied, path, _keys));
            if (!same)
            {
                conflicts.AddRange(_entries.Where(entry => entry != mine && entry.Fields.Contains(path))
                    .Select(entry => (entry.Manager, FieldSet.Show(path))));
                if (force)
                {
                    TakeFromOthers(path, mine);
                }
            }
        }

        if (conflicts.Count > 0 && !force)
        {
            throw ApiException.ApplyConflict(conflicts);
        }
    }

    private void TakeFromOthers(string[] path, Entry mine)
    {
        foreach (var entry in _entries)
        {
            if (entry != mine)
            {
                entry.Fields.Remove(path);
            }
        }
    }

    private Entry Of(string manager, string operation, string subresource, DateTimeOffset now)
    {
        var entry = _entries.Find(entry => entry.Manager == manager && entry.Operation == operation && entry.Subresource == subresource);
        if (entry is null)
        {
            _entries.Add(entry = new Entry { Manager = manager, Operation = operation, Subresource = subresource });
        }

        entry.Time = Timestamps.Format(now);
        return entry;
    }

    private static ManagedFields Read(JsonObject item, ListKeys keys, string apiVersion)
    {
        var fields = new ManagedFields(keys, apiVersion);
        foreach (var entry in item["metadata"]?["managedFields"] as JsonArray ?? [])
        {
            fields._entries.Add(new Entry
            {
                Manager = entry!["manager"]?.ToString() ?? "unknown",
                Operation = entry["operation"]?.ToString() ?? "Update",
                Subresource = entry["subresource"]?.ToString() ?? "",
                Time = entry["time"]?.ToString() ?? "",
                Fields = FieldSet.FromJson(entry["fieldsV1"] as JsonObject),
            });
        }

        return fields;
    }

    private void Write(JsonObject item)
    {
        var array = new JsonArray();
        foreach (var entry in _entries.Where(entry => !entry.Fields.IsLeaf))
        {
            var json = new JsonObject
            {
                ["manager"] = entry.Manager,
                ["operation"] = entry.Operation,
                ["apiVersion"] = _apiVersion,
                ["time"] = entry.Time,
                ["fieldsType"] = "FieldsV1",
                ["fieldsV1"] = entry.Fields.ToJson(),
            };
            if (entry.Subresource.Length > 0)
            {
                json["subresource"] = entry.Subresource;
            }

            array.Add(json);
        }

        item["metadata"]!["managedFields"] = array;
    }

    private static JsonObject WithoutIdentity(JsonObject item)
    {
        var copy = item.DeepClone().AsObject();
        foreach (var name in Unowned)
        {
            copy.Remove(name);
        }

        if (copy["metadata"] is JsonObject metadata)
        {
            foreach (var name in UnownedMetadata)
            {
                metadata.Remove(name);
            }

            if (metadata.Count == 0)
            {
                copy.Remove("metadata");
            }
        }

        return copy;
    }

    private static JsonObject WithoutNulls(JsonObject item)
    {
        foreach (var (name, value) in item.ToList())
        {
            if (value is null)
            {
                item.Remove(name);
            }
            else if (value is JsonObject child)
            {
                WithoutNulls(child);
            }
        }

        return item;
    }

    private sealed class Entry
    {
        public required string Manager { get; init; }

        public required string Operation { get; init; }

        public required string Subresource { get; init; }

        public string Time { get; set; } = "";

        public FieldSet Fields { get; set; } = new();
    }
}
