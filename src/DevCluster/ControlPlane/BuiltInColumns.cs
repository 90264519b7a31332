using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>The columns that <c>kubectl get</c> shows for built-in kinds: those of the API server, as far as the fields exist here.</summary>
internal static class BuiltInColumns
{
    private static readonly PrinterColumn Age = new("Age", "date", ".metadata.creationTimestamp");

    /// <summary>Of pods.</summary>
    public static IReadOnlyList<PrinterColumn> Pods { get; } =
    [
        Made("Ready", pod => $"{Containers(pod).Count(IsReady)}/{(pod["spec"]?["containers"] as JsonArray)?.Count ?? 0}"),
        Made("Status", PodStatus),
        new("Restarts", "integer", "") { Print = pod => Containers(pod).Sum(status => status?["restartCount"]?.GetValue<int>() ?? 0) },
        Age,
        new("IP", "string", ".status.podIP", Priority: 1),
        new("Node", "string", ".spec.nodeName", Priority: 1),
    ];

    /// <summary>Of Services.</summary>
    public static IReadOnlyList<PrinterColumn> Services { get; } =
    [
        new("Type", "string", ".spec.type"), new("Cluster-IP", "string", ".spec.clusterIP"), Made("External-IP", _ => "<none>"),
        Made("Port(s)", Ports), Age, Made("Selector", Selector, priority: 1),
    ];

    /// <summary>Of StatefulSets and Deployments.</summary>
    public static IReadOnlyList<PrinterColumn> Sets { get; } =
    [
        Made("Ready", set => $"{set["status"]?["readyReplicas"]?.ToString() ?? "0"}/{set["spec"]?["replicas"]?.ToString() ?? "0"}"), Age,
        Made("Containers", set => Joined(set, "name"), priority: 1), Made("Images", set => Joined(set, "image"), priority: 1),
    ];

    /// <summary>Of claims.</summary>
    public static IReadOnlyList<PrinterColumn> VolumeClaims { get; } =
    [
        new("Status", "string", ".status.phase"), new("Volume", "string", ".spec.volumeName"), new("Capacity", "string", ".status.capacity.storage"),
        new("Access Modes", "string", ".spec.accessModes[0]"), new("StorageClass", "string", ".spec.storageClassName"), Age,
    ];

    /// <summary>Of ConfigMaps.</summary>
    public static IReadOnlyList<PrinterColumn> ConfigMaps { get; } = [Entries, Age];

    /// <summary>Of Secrets.</summary>
    public static IReadOnlyList<PrinterColumn> Secrets { get; } = [new("Type", "string", ".type"), Entries, Age];

    private static PrinterColumn Entries => new("Data", "integer", "")
    {
        Print = item => ((item["data"] as JsonObject)?.Count ?? 0) + ((item["binaryData"] as JsonObject)?.Count ?? 0),
    };

    private static PrinterColumn Made(string name, Func<JsonObject, string> print, int priority = 0) =>
        new(name, "string", "", priority) { Print = item => print(item) };

    private static JsonArray Containers(JsonObject pod) => pod["status"]?["containerStatuses"] as JsonArray ?? [];

    private static bool IsReady(JsonNode? status) => status?["ready"]?.GetValue<bool>() == true;

    // What ails a container says more than the phase.
    private static string PodStatus(JsonObject pod)
    {
        if (pod["metadata"]!["deletionTimestamp"] is not null)
        {
            return "Terminating";
        }

        return Containers(pod)
            .Select(status => status?["state"]?["waiting"]?["reason"] ?? status?["state"]?["terminated"]?["reason"])
            .FirstOrDefault(reason => reason is not null)?.ToString() ?? pod["status"]?["phase"]?.ToString() ?? "Unknown";
    }

    private static string Ports(JsonObject service) => service["spec"]?["ports"] is JsonArray { Count: > 0 } ports
        ? string.Join(",", ports.Select(port => $"{port!["port"]}/{port["protocol"]?.ToString() ?? "TCP"}"))
        : "<none>";

    private static string Selector(JsonObject service) => service["spec"]?["selector"] is JsonObject { Count: > 0 } selector
        ? string.Join(",", selector.Select(label => $"{label.Key}={label.Value}"))
        : "<none>";

    private static string Joined(JsonObject set, string field) => string.Join(
        ",", (set["spec"]?["template"]?["spec"]?["containers"] as JsonArray ?? []).Select(container => container?[field]?.ToString()));
}
