using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Runtime.Queueing;
using Rocketeer.Operator.Runtime.Watching;

namespace Rocketeer.Operator.Members;

/// <summary>What a reference to a cluster comes to.</summary>
/// <param name="Cluster">The cluster; <see langword="null"/> when it does not exist, goes, or must not be named from here.</param>
/// <param name="Link">The connection to it; <see langword="null"/> while there is none.</param>
/// <param name="Reason">Reason of the condition when there is no connection.</param>
/// <param name="Message">The sentence that goes with it.</param>
internal sealed record ResolvedCluster(RocketCluster? Cluster, ClusterLink? Link, string Reason = "", string Message = "");

/// <summary>Finds the cluster that a Topic or ConsumerGroup names, and whether it may. Thread-safe.</summary>
internal sealed class ClusterResolver(Informer<RocketCluster> clusters, Namespaces namespaces, ClusterViews views)
{
    /// <summary>Resolves the reference of a member.</summary>
    public async Task<ResolvedCluster> ResolveAsync(IClusterMember member, CancellationToken cancellationToken)
    {
        var own = member.Metadata.NamespaceProperty;
        var key = new ResourceKey(member.Cluster.Namespace ?? own, member.Cluster.Name);
        var cluster = clusters.Find(key);
        if (cluster is null)
        {
            return new ResolvedCluster(null, null, "ClusterNotFound", $"There is no RocketCluster {key}; create it, or delete this resource and name another one.");
        }

        if (!await namespaces.IsAllowedAsync(cluster, own, cancellationToken))
        {
            return new ResolvedCluster(
                null, null, "NamespaceNotAllowed", $"RocketCluster {key} may not be named from namespace {own}; add it to its spec.topics.allowedNamespaces.");
        }

        if (cluster.Metadata.DeletionTimestamp is not null)
        {
            return new ResolvedCluster(null, null, "ClusterNotFound", $"RocketCluster {key} is being deleted.");
        }

        var link = await views.LinkAsync(cluster);
        return link is null
            ? new ResolvedCluster(cluster, null, "ClusterNotReady", $"RocketCluster {key} has no name servers yet.")
            : new ResolvedCluster(cluster, link);
    }

    /// <summary>Who has a name in a cluster: the first claimant whose namespace the cluster lets name it; <see langword="null"/> for nobody.</summary>
    public async Task<TEntity?> WinnerAsync<TEntity>(ClaimIndex<TEntity> claims, RocketCluster cluster, string name, CancellationToken cancellationToken)
        where TEntity : class, IClusterMember
    {
        foreach (var claimant in claims.ClaimantsOf(ResourceKey.Of(cluster), name))
        {
            if (await namespaces.IsAllowedAsync(cluster, claimant.Metadata.NamespaceProperty, cancellationToken))
            {
                return claimant;
            }
        }

        return null;
    }

    /// <summary>True when a namespace is being deleted with everything in it.</summary>
    public Task<bool> IsTerminatingAsync(string @namespace, CancellationToken cancellationToken) => namespaces.IsTerminatingAsync(@namespace, cancellationToken);
}
