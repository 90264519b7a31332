using System.Globalization;
using System.Text.Json.Nodes;
using Rocketeer.DevCluster.ControlPlane;

namespace Rocketeer.DevCluster.Workloads;

/// <summary>What the controllers read from objects and compare.</summary>
internal static class WorkloadObjects
{
    public static string Name(this JsonObject item) => item["metadata"]!["name"]!.ToString();

    public static string Uid(this JsonObject item) => item["metadata"]!["uid"]!.ToString();

    public static ObjectKey Key(this JsonObject item) => new(item["metadata"]!["namespace"]?.ToString() ?? "", item.Name());

    public static string? Label(this JsonObject item, string name) => item["metadata"]!["labels"]?[name]?.ToString();

    public static bool IsTerminating(this JsonObject item) => item["metadata"]!["deletionTimestamp"] is not null;

    public static bool IsFinished(this JsonObject pod) => pod["status"]?["phase"]?.ToString() is "Failed" or "Succeeded";

    public static bool IsReady(this JsonObject pod) => Condition(pod, "Ready")?["status"]?.ToString() == "True";

    /// <summary>Since when the pod is ready; <see langword="null"/> when it is not.</summary>
    public static DateTimeOffset? ReadySince(this JsonObject pod) =>
        pod.IsReady() && DateTimeOffset.TryParse(
            Condition(pod, "Ready")!["lastTransitionTime"]?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time : null;

    /// <summary>The owner that controls the object, or <see langword="null"/>.</summary>
    public static JsonObject? Controller(this JsonObject item) =>
        (item["metadata"]!["ownerReferences"] as JsonArray)?.FirstOrDefault(owner => owner?["controller"]?.GetValue<bool>() == true) as JsonObject;

    public static bool IsControlledBy(this JsonObject item, JsonObject owner) => item.Controller()?["uid"]?.ToString() == owner.Uid();

    public static JsonObject Condition(string type, bool value, DateTimeOffset since, string? reason = null, string? message = null)
    {
        var condition = new JsonObject
        {
            ["type"] = type,
            ["status"] = value ? "True" : "False",
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = Timestamps.Format(since),
        };
        if (reason is not null)
        {
            condition["reason"] = reason;
            condition["message"] = message;
        }

        return condition;
    }

    public static JsonNode? Condition(JsonObject item, string type) =>
        (item["status"]?["conditions"] as JsonArray)?.FirstOrDefault(condition => condition?["type"]?.ToString() == type);

    public static JsonObject OwnerReference(JsonObject owner, string apiVersion, string kind, bool controller) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = controller,
        ["blockOwnerDeletion"] = controller,
    };
}
