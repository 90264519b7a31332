using System.Text.Json.Nodes;
using Rocketeer.DevCluster.ControlPlane;

namespace Rocketeer.DevCluster.Workloads;

/// <summary>
/// StatefulSets: pods with names that stay, one after another or all at once, rolled from the highest number down. The rules are those
/// that Kubernetes documents for apps/v1.
/// </summary>
/// <param name="api">The objects.</param>
/// <param name="clock">For minReadySeconds.</param>
internal sealed class StatefulSetController(ResourceApi api, TimeProvider clock)
{
    private static readonly WriteOptions Writer = new("statefulset-controller");
    private static readonly TimeSpan NothingToWaitFor = TimeSpan.FromMinutes(1);

    private readonly StatefulSetRevisions _revisions = new(api);

    /// <summary>Does what is to be done for a set now.</summary>
    /// <returns>After which time to come again when nothing changes meanwhile.</returns>
    public TimeSpan Sync(JsonObject set)
    {
        if (set.IsTerminating())
        {
            return NothingToWaitFor;
        }

        var update = _revisions.Update(set);
        var current = set["status"]?["currentRevision"]?.ToString() is { Length: > 0 } recorded ? recorded : update;
        var pass = new Pass(set, PodsOf(set), current, update, set["spec"]!["replicas"]?.GetValue<int>() ?? 1, clock.GetUtcNow());
        Claims(pass);
        Work(pass);
        WriteStatus(pass with { Pods = PodsOf(set) });
        return pass.NextAvailable ?? NothingToWaitFor;
    }

    // The set's pods by number; orphans that fit are adopted, as after a deletion with --cascade=orphan.
    private SortedDictionary<int, JsonObject> PodsOf(JsonObject set)
    {
        var selector = LabelSelector.FromJson(set["spec"]!["selector"]);
        var pods = new SortedDictionary<int, JsonObject>();
        foreach (var pod in api.Store.List(BuiltInTypes.Pods, set.Key().Namespace).Items)
        {
            if (StatefulSetPods.OrdinalOf(set, pod.Name()) is not { } ordinal || !selector.MatchesLabels(pod))
            {
                continue;
            }

            if (pod.IsControlledBy(set))
            {
                pods[ordinal] = pod;
            }
            else if (pod.Controller() is null && !pod.IsTerminating())
            {
                pods[ordinal] = api.Modify(BuiltInTypes.Pods, pod.Key(), "", Writer, item =>
                    item["metadata"]!["ownerReferences"] = new JsonArray(
                        [.. (item["metadata"]!["ownerReferences"] as JsonArray ?? []).Select(owner => owner!.DeepClone()), StatefulSetPods.Owner(set)]));
            }
        }

        return pods;
    }

    private void Work(Pass pass)
    {
        for (var ordinal = 0; ordinal < pass.Replicas; ordinal++)
        {
            if (!Replica(pass, ordinal))
            {
                return;
            }
        }

        foreach (var (ordinal, pod) in pass.Pods.Reverse().TakeWhile(pod => pod.Key >= pass.Replicas))
        {
            if (!pod.IsTerminating())
            {
                Remove(pod);
            }

            if (pass.OneAtATime)
            {
                return;
            }
        }

        if (pass.Set["spec"]!["updateStrategy"]?["type"]?.ToString() != "OnDelete")
        {
            Roll(pass);
        }
    }

    // False when the next ones must wait for this one.
    private bool Replica(Pass pass, int ordinal)
    {
        var pod = pass.Pods.GetValueOrDefault(ordinal);
        if (pod is not null && pod.IsFinished() && !pod.IsTerminating())
        {
            Remove(pod);
            return !pass.OneAtATime;
        }

        if (pod is null)
        {
            Create(pass, ordinal);
            return !pass.OneAtATime;
        }

        return !pass.OneAtATime || (!pod.IsTerminating() && pass.IsAvailable(pod));
    }

    private void Create(Pass pass, int ordinal)
    {
        var revision = ordinal < pass.Partition ? pass.Current : pass.Update;
        var template = revision == pass.Update ? pass.Set["spec"]!["template"]! : _revisions.Template(pass.Set, revision) ?? pass.Set["spec"]!["template"]!;
        var pod = StatefulSetPods.Make(pass.Set, template, ordinal, revision);
        pass.Pods[ordinal] = api.Create(BuiltInTypes.Pods, pass.Set.Key().Namespace, pod, Writer);
    }

    // From the highest number down, one at a time, and the next one when this one is well.
    private void Roll(Pass pass)
    {
        for (var ordinal = pass.Replicas - 1; ordinal >= pass.Partition; ordinal--)
        {
            if (!pass.Pods.TryGetValue(ordinal, out var pod) || pod.IsTerminating())
            {
                return;
            }

            if (pod.Label(StatefulSetPods.RevisionLabel) != pass.Update)
            {
                Remove(pod);
                return;
            }

            if (!pass.IsAvailable(pod))
            {
                return;
            }
        }
    }

    private void Remove(JsonObject pod) => api.Delete(BuiltInTypes.Pods, pod.Key(), new DeleteOptions(Uid: pod.Uid()));

    // Claims are made before their pods; what becomes of them follows the retention policy.
    private void Claims(Pass pass)
    {
        var policy = pass.Set["spec"]!["persistentVolumeClaimRetentionPolicy"];
        var ownedBySet = policy?["whenDeleted"]?.ToString() == "Delete";
        var deleteScaled = policy?["whenScaled"]?.ToString() == "Delete";
        foreach (var template in StatefulSetPods.ClaimTemplates(pass.Set))
        {
            for (var ordinal = 0; ordinal < pass.Replicas; ordinal++)
            {
                KeepClaim(pass, template, StatefulSetPods.NameOf(pass.Set, ordinal), ownedBySet);
            }

            if (deleteScaled)
            {
                DeleteScaled(pass, template);
            }
        }
    }

    private void KeepClaim(Pass pass, JsonNode template, string pod, bool ownedBySet)
    {
        var key = new ObjectKey(pass.Set.Key().Namespace, StatefulSetPods.ClaimOf(template, pod));
        var claim = api.Store.Find(BuiltInTypes.VolumeClaims, key)
            ?? api.Create(BuiltInTypes.VolumeClaims, key.Namespace, StatefulSetPods.MakeClaim(pass.Set, template, pod), Writer);
        var owners = claim["metadata"]!["ownerReferences"] as JsonArray ?? [];
        var isOwned = owners.Any(owner => owner!["uid"]!.ToString() == pass.Set.Uid());
        if (isOwned != ownedBySet)
        {
            api.Modify(BuiltInTypes.VolumeClaims, key, "", Writer, item => item["metadata"]!["ownerReferences"] = new JsonArray(
            [
                .. owners.Where(owner => owner!["uid"]!.ToString() != pass.Set.Uid()).Select(owner => owner!.DeepClone()),
                .. ownedBySet ? [StatefulSetPods.Owner(pass.Set)] : Array.Empty<JsonNode>(),
            ]));
        }
    }

    private void DeleteScaled(Pass pass, JsonNode template)
    {
        var prefix = template["metadata"]!["name"] + "-";
        foreach (var claim in api.Store.List(BuiltInTypes.VolumeClaims, pass.Set.Key().Namespace).Items)
        {
            if (claim.Name().StartsWith(prefix, StringComparison.Ordinal)
                && StatefulSetPods.OrdinalOf(pass.Set, claim.Name()[prefix.Length..]) is { } ordinal
                && ordinal >= pass.Replicas && !pass.Pods.ContainsKey(ordinal) && !claim.IsTerminating())
            {
                api.Delete(BuiltInTypes.VolumeClaims, claim.Key(), default);
            }
        }
    }

    private void WriteStatus(Pass pass)
    {
        var pods = pass.Pods.Values.Where(pod => !pod.IsTerminating()).ToList();
        var ready = pods.Count(pod => pod.IsReady());
        var updated = pods.Count(pod => pod.Label(StatefulSetPods.RevisionLabel) == pass.Update);
        var isRolled = pass.Set["spec"]!["updateStrategy"]?["type"]?.ToString() != "OnDelete"
            && updated == pass.Replicas && ready == pass.Replicas && pods.Count == pass.Replicas;
        var current = isRolled ? pass.Update : pass.Current;
        var status = new JsonObject
        {
            ["observedGeneration"] = pass.Set["metadata"]!["generation"]?.DeepClone(),
            ["replicas"] = pass.Pods.Count,
            ["readyReplicas"] = ready,
            ["availableReplicas"] = pods.Count(pass.IsAvailable),
            ["currentReplicas"] = pods.Count(pod => pod.Label(StatefulSetPods.RevisionLabel) == current),
            ["updatedReplicas"] = updated,
            ["currentRevision"] = current,
            ["updateRevision"] = pass.Update,
            ["collisionCount"] = 0,
        };
        api.Modify(BuiltInTypes.StatefulSets, pass.Set.Key(), "status", Writer, item => item["status"] = status);
        _revisions.Trim(pass.Set, [current, pass.Update, .. pods.Select(pod => pod.Label(StatefulSetPods.RevisionLabel) ?? "")]);
    }

    private sealed record Pass(
        JsonObject Set, SortedDictionary<int, JsonObject> Pods, string Current, string Update, int Replicas, DateTimeOffset Now)
    {
        private readonly TimeSpan _minReady = TimeSpan.FromSeconds(Set["spec"]!["minReadySeconds"]?.GetValue<int>() ?? 0);

        public bool OneAtATime => Set["spec"]!["podManagementPolicy"]?.ToString() != "Parallel";

        /// <summary>The first number that a rolling update may touch.</summary>
        public int Partition => Set["spec"]!["updateStrategy"]?["rollingUpdate"]?["partition"]?.GetValue<int>() ?? 0;

        /// <summary>When the next ready pod will have been ready for long enough.</summary>
        public TimeSpan? NextAvailable => Pods.Values
            .Select(pod => pod.ReadySince() + _minReady - Now)
            .Where(rest => rest > TimeSpan.Zero)
            .Min();

        public bool IsAvailable(JsonObject pod) => pod.ReadySince() is { } since && since + _minReady <= Now;
    }
}
