using System.Text.Json.Nodes;
using k8s.Models;
using Rocketeer.Client;
using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Members;
using Rocketeer.Operator.Runtime.Api;
using Rocketeer.Operator.Runtime.Queueing;

namespace Rocketeer.Operator.Topics;

/// <summary>
/// Topics whose resource was let go before a broker could be reached. Their names are kept in the status of the cluster, and the next
/// contact finishes the deletion, unless a new resource claims the name. Thread-safe.
/// </summary>
internal sealed class PendingDeletes(KubeApi api, ClaimIndex<Topic> claims, TimeProvider clock)
{
    private const int Most = 256;

    /// <summary>Remembers a topic.</summary>
    public Task RememberAsync(RocketCluster cluster, string topic, CancellationToken cancellationToken) =>
        ChangeAsync(cluster, names => [.. names.Where(name => name != topic).Append(topic).TakeLast(Most)], cancellationToken);

    /// <summary>Finishes what can be finished now; to be called with every new read of a cluster.</summary>
    /// <exception cref="RocketeerException">A broker refused or did not answer; the names stay.</exception>
    public async Task FinishAsync(RocketCluster cluster, ClusterLink link, ClusterView view, CancellationToken cancellationToken)
    {
        if (cluster.Status.PendingTopicDeletes is not { Count: > 0 } names || view.Groups.Count == 0 || !view.Groups.All(group => group.IsReachable))
        {
            return;
        }

        var done = new List<string>();
        foreach (var name in names)
        {
            if (claims.ClaimantsOf(ResourceKey.Of(cluster), name).Count > 0
                || await TopicDeletion.StepAsync(link, view, name, idle: null, clock.GetUtcNow(), cancellationToken) is null)
            {
                done.Add(name);
            }
        }

        if (done.Count > 0)
        {
            await ChangeAsync(cluster, before => [.. before.Except(done)], cancellationToken);
        }
    }

    // The status has another writer: the version makes sure that neither takes the other's word back.
    private async Task ChangeAsync(RocketCluster cluster, Func<IEnumerable<string>, string[]> change, CancellationToken cancellationToken)
    {
        if (await api.FindAsync<RocketCluster>(cluster.Namespace(), cluster.Name(), cancellationToken) is not { } live)
        {
            return;
        }

        var after = change(live.Status.PendingTopicDeletes ?? []);
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = live.ResourceVersion() },
            ["status"] = new JsonObject { ["pendingTopicDeletes"] = after.Length == 0 ? null : new JsonArray([.. after]) },
        };
        await api.PatchAsync<RocketCluster>(cluster.Namespace(), cluster.Name(), patch, "status", cancellationToken);
    }
}
