using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Rocketeer.DevCluster.ControlPlane;

namespace Rocketeer.DevCluster.Workloads;

/// <summary>Makes a StatefulSet's pods and claims as its templates say.</summary>
internal static class StatefulSetPods
{
    /// <summary>The label by which pods tell from which template they were made.</summary>
    public const string RevisionLabel = "controller-revision-hash";

    /// <summary>Name of the pod with a number.</summary>
    public static string NameOf(JsonObject set, int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{set.Name()}-{ordinal}");

    /// <summary>The number in a pod's name; <see langword="null"/> when the name is not one of the set's.</summary>
    public static int? OrdinalOf(JsonObject set, string pod) =>
        pod.StartsWith(set.Name() + "-", StringComparison.Ordinal)
        && int.TryParse(pod.AsSpan(set.Name().Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
        && NameOf(set, ordinal) == pod ? ordinal : null;

    /// <summary>Name of the claim that a pod has from a claim template.</summary>
    public static string ClaimOf(JsonNode template, string pod) => $"{template["metadata"]!["name"]}-{pod}";

    /// <summary>The set's claim templates.</summary>
    public static IEnumerable<JsonNode> ClaimTemplates(JsonObject set) => (set["spec"]?["volumeClaimTemplates"] as JsonArray ?? []).Select(item => item!);

    /// <summary>The revision that a template makes: the same text for the same template.</summary>
    public static string RevisionOf(JsonObject set)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(Sorted(set["spec"]!["template"])!.ToJsonString()));
        return $"{set.Name()}-{Convert.ToHexStringLower(hash.AsSpan(0, 5))}";
    }

    /// <summary>A pod from a template.</summary>
    public static JsonObject Make(JsonObject set, JsonNode template, int ordinal, string revision)
    {
        var name = NameOf(set, ordinal);
        var metadata = template["metadata"]?.DeepClone().AsObject() ?? [];
        var labels = metadata["labels"] as JsonObject ?? [];
        labels[RevisionLabel] = revision;
        labels["statefulset.kubernetes.io/pod-name"] = name;
        labels["apps.kubernetes.io/pod-index"] = ordinal.ToString(CultureInfo.InvariantCulture);
        if (labels.Parent is null)
        {
            metadata["labels"] = labels;
        }

        metadata["name"] = name;
        metadata["generateName"] = set.Name() + "-";
        metadata["ownerReferences"] = new JsonArray(Owner(set));
        var spec = template["spec"]?.DeepClone().AsObject() ?? [];
        spec["hostname"] = name;
        spec["subdomain"] = set["spec"]!["serviceName"]?.DeepClone();
        var volumes = new JsonArray([.. (spec["volumes"] as JsonArray ?? [])
            .Where(volume => !ClaimTemplates(set).Any(claim => claim["metadata"]!["name"]!.ToString() == volume!["name"]!.ToString()))
            .Select(volume => volume!.DeepClone())]);
        foreach (var claim in ClaimTemplates(set))
        {
            volumes.Add(new JsonObject
            {
                ["name"] = claim["metadata"]!["name"]!.DeepClone(),
                ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = ClaimOf(claim, name) },
            });
        }

        spec["volumes"] = volumes;
        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = spec };
    }

    /// <summary>A claim from a template; it carries the labels of the set's selector.</summary>
    public static JsonObject MakeClaim(JsonObject set, JsonNode template, string pod)
    {
        var claim = template.DeepClone().AsObject();
        var metadata = claim["metadata"]!.AsObject();
        var labels = metadata["labels"] as JsonObject ?? [];
        foreach (var (label, value) in set["spec"]?["selector"]?["matchLabels"] as JsonObject ?? [])
        {
            labels[label] = value?.DeepClone();
        }

        if (labels.Parent is null)
        {
            metadata["labels"] = labels;
        }

        metadata["name"] = ClaimOf(template, pod);
        claim.Remove("status");
        return claim;
    }

    /// <summary>The reference to the set that its pods carry.</summary>
    public static JsonObject Owner(JsonObject set) =>
        WorkloadObjects.OwnerReference(set, BuiltInTypes.StatefulSets.ApiVersion, BuiltInTypes.StatefulSets.Kind, controller: true);

    // The order of fields, which a client may change, makes no new revision.
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject item => new JsonObject(item.OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => KeyValuePair.Create(field.Key, Sorted(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
