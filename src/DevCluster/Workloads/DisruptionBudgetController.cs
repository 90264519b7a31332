using System.Globalization;
using System.Text.Json.Nodes;
using Rocketeer.DevCluster.ControlPlane;

namespace Rocketeer.DevCluster.Workloads;

/// <summary>Counts how many pods of a budget may go; nothing evicts here, so that the numbers are for people.</summary>
/// <param name="api">The objects.</param>
internal sealed class DisruptionBudgetController(ResourceApi api)
{
    private static readonly WriteOptions Writer = new("disruption-controller");

    /// <summary>Does what is to be done now.</summary>
    public void Sync()
    {
        foreach (var budget in api.Store.List(BuiltInTypes.DisruptionBudgets, null).Items)
        {
            var selector = LabelSelector.FromJson(budget["spec"]?["selector"]);
            var pods = api.Store.List(BuiltInTypes.Pods, budget.Key().Namespace).Items.Where(selector.MatchesLabels).ToList();
            var healthy = pods.Count(pod => pod.IsReady() && !pod.IsTerminating());
            var desired = budget["spec"]?["minAvailable"] is { } least
                ? Amount(least, pods.Count)
                : Math.Max(0, pods.Count - Amount(budget["spec"]?["maxUnavailable"] ?? 1, pods.Count));
            api.Modify(BuiltInTypes.DisruptionBudgets, budget.Key(), "status", Writer, item => item["status"] = new JsonObject
            {
                ["observedGeneration"] = budget["metadata"]!["generation"]?.DeepClone(),
                ["expectedPods"] = pods.Count,
                ["currentHealthy"] = healthy,
                ["desiredHealthy"] = desired,
                ["disruptionsAllowed"] = Math.Max(0, healthy - desired),
            });
        }
    }

    // A number, or a part of the pods as "50%", rounded up.
    private static int Amount(JsonNode amount, int pods)
    {
        var text = amount.ToString();
        return text.EndsWith('%')
            ? (int)Math.Ceiling(pods * double.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture) / 100)
            : int.Parse(text, CultureInfo.InvariantCulture);
    }
}
