using System.Net;
using System.Text.Json.Nodes;
using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.Workloads;

namespace Rocketeer.DevCluster.Node;

/// <summary>Writes a pod's status: phase, addresses, conditions with the times at which they changed, the container.</summary>
internal sealed class PodStatus(ResourceApi api, JsonObject pod, IPAddress address, TimeProvider clock)
{
    private static readonly WriteOptions Writer = new("kubelet");

    /// <summary>Writes it, if the pod is still there and still this one.</summary>
    public void Write(JsonNode container, ContainerState state)
    {
        if (api.Store.Find(BuiltInTypes.Pods, pod.Key())?.Uid() != pod.Uid())
        {
            return;
        }

        try
        {
            api.Modify(BuiltInTypes.Pods, pod.Key(), "status", Writer, item =>
            {
                if (item.Uid() == pod.Uid())
                {
                    item["status"] = Make(item, container, state);
                }
            });
        }
        catch (ApiException e) when (e.Code == HttpStatusCode.NotFound)
        {
            return; // removed meanwhile
        }
    }

    private JsonObject Make(JsonObject item, JsonNode container, ContainerState state)
    {
        var now = clock.GetUtcNow();
        var (reason, message) = state.Ready ? (null, null) : ("ContainersNotReady", $"containers with unready status: [{container["name"]}]");
        return new JsonObject
        {
            ["phase"] = state.Phase,
            ["hostIP"] = "127.0.0.1",
            ["podIP"] = address.ToString(),
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address.ToString() }),
            ["qosClass"] = "BestEffort",
            ["startTime"] = item["status"]?["startTime"]?.DeepClone() ?? Timestamps.Format(now),
            ["conditions"] = new JsonArray(
                Kept(item, WorkloadObjects.Condition("PodScheduled", true, now)),
                Kept(item, WorkloadObjects.Condition("Initialized", true, now)),
                Kept(item, WorkloadObjects.Condition("ContainersReady", state.Ready, now, reason, message)),
                Kept(item, WorkloadObjects.Condition("Ready", state.Ready, now, reason, message))),
            ["containerStatuses"] = new JsonArray(state.ToStatus(container)),
        };
    }

    // The time of a condition is that of its last change.
    private static JsonObject Kept(JsonObject item, JsonObject condition)
    {
        var before = WorkloadObjects.Condition(item, condition["type"]!.ToString());
        if (before?["status"]?.ToString() == condition["status"]!.ToString())
        {
            condition["lastTransitionTime"] = before["lastTransitionTime"]?.DeepClone();
        }

        return condition;
    }
}
