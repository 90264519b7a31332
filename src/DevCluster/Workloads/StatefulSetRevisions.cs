using System.Text.Json.Nodes;
using Rocketeer.DevCluster.ControlPlane;

namespace Rocketeer.DevCluster.Workloads;

/// <summary>The templates that a StatefulSet has had, as ControllerRevisions: pods below the partition are made from a former one.</summary>
/// <param name="api">The objects.</param>
internal sealed class StatefulSetRevisions(ResourceApi api)
{
    private static readonly WriteOptions Writer = new("statefulset-controller");

    /// <summary>Name of the revision of the set's template; it is recorded.</summary>
    public string Update(JsonObject set)
    {
        var name = StatefulSetPods.RevisionOf(set);
        var key = new ObjectKey(set.Key().Namespace, name);
        var found = api.Store.Find(BuiltInTypes.ControllerRevisions, key);
        if (found is null)
        {
            api.Create(BuiltInTypes.ControllerRevisions, key.Namespace, new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["name"] = name,
                    ["labels"] = set["spec"]!["selector"]?["matchLabels"]?.DeepClone(),
                    ["ownerReferences"] = new JsonArray(StatefulSetPods.Owner(set)),
                },
                ["revision"] = Of(set).Select(Number).DefaultIfEmpty().Max() + 1,
                ["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = set["spec"]!["template"]!.DeepClone() } },
            }, Writer);
        }
        else if (!found.IsControlledBy(set))
        {
            // Left by a set of this name that was deleted without its pods.
            api.Modify(BuiltInTypes.ControllerRevisions, key, "", Writer, item =>
                item["metadata"]!["ownerReferences"] = new JsonArray(StatefulSetPods.Owner(set)));
        }

        return name;
    }

    /// <summary>The template of a revision; <see langword="null"/> when it is forgotten.</summary>
    public JsonNode? Template(JsonObject set, string revision) =>
        api.Store.Find(BuiltInTypes.ControllerRevisions, new ObjectKey(set.Key().Namespace, revision))?["data"]?["spec"]?["template"];

    /// <summary>Forgets the oldest revisions that no pod has, beyond the number that the set keeps.</summary>
    public void Trim(JsonObject set, HashSet<string> live)
    {
        var kept = set["spec"]!["revisionHistoryLimit"]?.GetValue<int>() ?? 10;
        var unused = Of(set).Where(revision => !live.Contains(revision.Name())).OrderByDescending(Number).Skip(kept);
        foreach (var revision in unused.ToList())
        {
            api.Delete(BuiltInTypes.ControllerRevisions, revision.Key(), default);
        }
    }

    private IEnumerable<JsonObject> Of(JsonObject set) =>
        api.Store.List(BuiltInTypes.ControllerRevisions, set.Key().Namespace).Items.Where(item => item.IsControlledBy(set));

    private static long Number(JsonObject revision) => revision["revision"]?.GetValue<long>() ?? 0;
}
