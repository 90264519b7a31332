using k8s;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Runtime.Queueing;
using Rocketeer.Operator.Runtime.Watching;

namespace Rocketeer.Operator.Members;

/// <summary>
/// Who claims which name in which cluster. The oldest resource has the name, then the first by namespace and name; the others learn when
/// it goes. Made before the informer runs, so that it sees everything. Thread-safe.
/// </summary>
/// <typeparam name="TEntity">Topic or ConsumerGroup.</typeparam>
internal sealed class ClaimIndex<TEntity>
    where TEntity : class, IClusterMember
{
    private readonly Informer<TEntity> _informer;
    private readonly Lock _lock = new();
    private readonly Dictionary<ResourceKey, Claim> _claims = [];
    private readonly Dictionary<ResourceKey, Dictionary<string, HashSet<ResourceKey>>> _clusters = [];

    /// <summary>Creates the index over an informer that does not run yet.</summary>
    public ClaimIndex(Informer<TEntity> informer)
    {
        _informer = informer;
        informer.Changed += OnChanged;
    }

    /// <summary>A resource may have won or lost its name because of another one.</summary>
    public event Action<ResourceKey>? Contested;

    /// <summary>The cluster that a resource names.</summary>
    public static ResourceKey ClusterOf(IClusterMember member) => new(member.Cluster.Namespace ?? member.Metadata.NamespaceProperty ?? "", member.Cluster.Name);

    /// <summary>The managed resources that claim a name, the one that has it first.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="name">The name on the brokers.</param>
    public IReadOnlyList<TEntity> ClaimantsOf(ResourceKey cluster, string name)
    {
        lock (_lock)
        {
            return [.. (_clusters.GetValueOrDefault(cluster)?.GetValueOrDefault(name) ?? [])
                .Select(_informer.Find)
                .OfType<TEntity>()
                .Where(entity => entity.IsManaged)
                .OrderBy(entity => (entity.Metadata.CreationTimestamp ?? DateTime.MaxValue, ResourceKey.Of(entity).ToString()), Order)];
        }
    }

    /// <summary>The resources that name a cluster.</summary>
    public IReadOnlyList<ResourceKey> MembersOf(ResourceKey cluster)
    {
        lock (_lock)
        {
            return _clusters.TryGetValue(cluster, out var names) ? [.. names.Values.SelectMany(keys => keys)] : [];
        }
    }

    /// <summary>How many resources name a cluster.</summary>
    public int CountOf(ResourceKey cluster)
    {
        lock (_lock)
        {
            return _clusters.TryGetValue(cluster, out var names) ? names.Count : 0;
        }
    }

    private static readonly Comparer<(DateTime Created, string Name)> Order = Comparer<(DateTime Created, string Name)>.Create(static (left, right) =>
        left.Created != right.Created ? left.Created.CompareTo(right.Created) : string.CompareOrdinal(left.Name, right.Name));

    private void OnChanged(TEntity entity, WatchEventType type)
    {
        var key = ResourceKey.Of(entity);
        ResourceKey[] others;
        lock (_lock)
        {
            var before = _claims.GetValueOrDefault(key);
            var after = type == WatchEventType.Deleted ? null : new Claim(ClusterOf(entity), entity.ClaimedName, entity.IsManaged);
            if (before == after)
            {
                return;
            }

            others = [.. RivalsOf(before, key), .. RivalsOf(after, key)];
            Move(key, before, after);
        }

        foreach (var other in others)
        {
            Contested?.Invoke(other);
        }
    }

    private IEnumerable<ResourceKey> RivalsOf(Claim? claim, ResourceKey key) => claim is null
        ? []
        : (_clusters.GetValueOrDefault(claim.Cluster)?.GetValueOrDefault(claim.Name) ?? []).Where(other => other != key);

    private void Move(ResourceKey key, Claim? before, Claim? after)
    {
        if (before is not null)
        {
            var names = _clusters[before.Cluster];
            names[before.Name].Remove(key);
            if (names[before.Name].Count == 0)
            {
                names.Remove(before.Name);
            }

            if (names.Count == 0)
            {
                _clusters.Remove(before.Cluster);
            }
        }

        if (after is null)
        {
            _claims.Remove(key);
            return;
        }

        _claims[key] = after;
        if (!_clusters.TryGetValue(after.Cluster, out var claimed))
        {
            _clusters[after.Cluster] = claimed = new(StringComparer.Ordinal);
        }

        if (!claimed.TryGetValue(after.Name, out var keys))
        {
            claimed[after.Name] = keys = [];
        }

        keys.Add(key);
    }

    private sealed record Claim(ResourceKey Cluster, string Name, bool IsManaged);
}
