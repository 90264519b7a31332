using System.Collections.Concurrent;
using k8s.Models;
using Rocketeer.Client;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Runtime.Queueing;

namespace Rocketeer.Operator.Brokers;

/// <summary>
/// The connections and the bulk reads of all clusters, shared by all that reconcile: one read per master answers every Topic and
/// ConsumerGroup of a resync (operator reference, 4.7), and a write asks for a new one. Thread-safe.
/// </summary>
/// <param name="connect">Makes the connection to a cluster, from the addresses of its name servers.</param>
/// <param name="clock">For the age of reads.</param>
internal sealed class ClusterViews(Func<RocketCluster, string, IClusterAdmin> connect, TimeProvider clock) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ResourceKey, ClusterLink> _links = new();

    /// <summary>The connection to a cluster; <see langword="null"/> while the cluster has no name servers.</summary>
    public async ValueTask<ClusterLink?> LinkAsync(RocketCluster cluster)
    {
        if (cluster.Status.NamesrvEndpoints is not { Length: > 0 } addresses)
        {
            return null;
        }

        var key = ResourceKey.Of(cluster);
        var uid = cluster.Uid();
        ClusterLink? replaced = null;
        ClusterLink link;
        lock (_links)
        {
            if (!_links.TryGetValue(key, out link!) || link.Addresses != addresses || link.Uid != uid)
            {
                replaced = link;
                _links[key] = link = new ClusterLink(connect(cluster, addresses), addresses, uid, clock);
            }
        }

        if (replaced is not null)
        {
            await replaced.DisposeAsync();
        }

        return link;
    }

    /// <summary>Closes the connection to a cluster that is gone.</summary>
    public async ValueTask ForgetAsync(ResourceKey cluster)
    {
        if (_links.TryRemove(cluster, out var link))
        {
            await link.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var key in _links.Keys)
        {
            await ForgetAsync(key);
        }
    }
}

/// <summary>The connection to one cluster and the last bulk read of it. Thread-safe.</summary>
internal sealed class ClusterLink(IClusterAdmin admin, string addresses, string? uid, TimeProvider clock) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private long _sequence;
    private Reading? _reading;

    /// <summary>The cluster.</summary>
    public IClusterAdmin Admin => admin;

    /// <summary>Addresses of its name servers.</summary>
    public string Addresses => addresses;

    /// <summary>Which resource it belongs to.</summary>
    public string? Uid => uid;

    /// <summary>Number of the last write.</summary>
    public long Written => Interlocked.Read(ref _sequence);

    /// <summary>To be called after a write: what is read with this number has seen it.</summary>
    public long Wrote() => Interlocked.Increment(ref _sequence);

    /// <summary>The last bulk read if it is young enough and began after a write, else a new one, which all who ask meanwhile share.</summary>
    /// <param name="cluster">Name of the cluster on the wire.</param>
    /// <param name="after">What <see cref="Wrote"/> gave for the write that must be seen; 0 for none.</param>
    /// <param name="maxAge">How old it may be.</param>
    /// <param name="cancellationToken">Ends the wait; the read goes on for the others.</param>
    /// <exception cref="RocketeerException">No name server answers.</exception>
    public Task<ClusterView> ReadAsync(string cluster, long after, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (_reading is not { } reading || reading.Sequence < after || now - reading.StartedAt >= maxAge || reading.View.IsFaulted || reading.View.IsCanceled)
            {
                var sequence = Interlocked.Read(ref _sequence);
                _reading = reading = new Reading(sequence, now, FetchAsync(cluster, sequence, now));
            }

            return reading.View.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => admin.DisposeAsync();

    private async Task<ClusterView> FetchAsync(string cluster, long sequence, DateTimeOffset now)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the caller holds the lock
        var brokers = await admin.GetBrokersAsync(cluster, CancellationToken.None);
        var groups = await Task.WhenAll(brokers.Select(FetchAsync));
        return new ClusterView(groups, await admin.GetOrdersAsync(CancellationToken.None), sequence, now);
    }

    private async Task<GroupView> FetchAsync(BrokerGroup group)
    {
        if (group.Master is not { } master)
        {
            return new GroupView(group, null, null, $"{group.Name} has no master now.");
        }

        try
        {
            return new GroupView(
                group, await admin.GetTopicsAsync(master, CancellationToken.None), await admin.GetGroupsAsync(master, CancellationToken.None), null);
        }
        catch (RocketeerException e)
        {
            return new GroupView(group, null, null, $"{group.Name} ({master}) does not answer: {e.Message}");
        }
    }

    private sealed record Reading(long Sequence, DateTimeOffset StartedAt, Task<ClusterView> View);
}
