using System.Collections.Immutable;

namespace Rocketeer.NameServer.Routing;

/// <summary>What adds to the tables: registration and its keep-alive (reference: namesrv-and-client.md A3, A4).</summary>
internal sealed partial class RouteTable
{
    /// <summary>Registers a broker, or renews its registration (103).</summary>
    /// <param name="broker">What it says of itself.</param>
    /// <param name="isNew">True when its address was not registered so far.</param>
    /// <returns>For a slave, its master; for a master that was replaced, the epoch of its successor, and then nothing is registered.</returns>
    public MasterInfo Register(BrokerRegistration broker, out bool isNew)
    {
        lock (_gate)
        {
            if (broker.BrokerId == BrokerGroup.MasterId && _groups.GetValueOrDefault(broker.BrokerName)?.Epoch > broker.Epoch)
            {
                isNew = false;
                return new MasterInfo(null, null, _groups[broker.BrokerName].Epoch);
            }

            isNew = !_live.ContainsKey(broker.Address);
            _clusters[broker.Cluster] =
                _clusters.GetValueOrDefault(broker.Cluster, ImmutableSortedSet.Create<string>(StringComparer.Ordinal)).Add(broker.BrokerName);
            var isNewAddress = AddAddress(broker);
            if (broker.BrokerId == BrokerGroup.MasterId && (isNewAddress || IsChanged(broker.Address, broker.Version)))
            {
                foreach (var (topic, queues) in broker.Topics)
                {
                    SetQueues(topic, queues);
                }
            }

            _live[broker.Address] = new LiveBroker(clock.GetTimestamp(), broker.Version, broker.Connection, broker.HaServerAddress);
            SetFilterServers(broker);
            return FindMaster(broker);
        }
    }

    /// <summary>Compares a broker's table version with the one held (322). An unchanged one counts as a sign of life.</summary>
    /// <returns>Whether the broker should register, and the version held, if any.</returns>
    public (bool Changed, TableVersion? Held) QueryVersion(string address, TableVersion? version)
    {
        lock (_gate)
        {
            var live = _live.GetValueOrDefault(address);
            var changed = IsChanged(address, version);
            if (!changed)
            {
                _live[address] = live! with { HeardAt = clock.GetTimestamp() };
            }

            return (changed, live?.Version);
        }
    }

    /// <returns>True when the broker id had no address so far.</returns>
    private bool AddAddress(BrokerRegistration broker)
    {
        var group = _groups.GetValueOrDefault(broker.BrokerName)
            ?? new BrokerGroup(broker.Cluster, broker.BrokerName, ImmutableSortedDictionary<long, string>.Empty);
        var isNew = !group.Addresses.ContainsKey(broker.BrokerId);
        var addresses = group.Addresses;
        foreach (var (id, address) in group.Addresses)
        {
            // A slave that became master is no slave any more: one process never stands under two ids.
            if (id != broker.BrokerId && address == broker.Address)
            {
                addresses = addresses.Remove(id);
            }
        }

        addresses = addresses.SetItem(broker.BrokerId, broker.Address);
        // A slave may have been told its next role before the master of that epoch is there; only a master ends the time of another.
        var epoch = broker.BrokerId == BrokerGroup.MasterId ? Math.Max(group.Epoch, broker.Epoch) : group.Epoch;
        if (!ReferenceEquals(addresses, group.Addresses) || epoch != group.Epoch)
        {
            _groups[broker.BrokerName] = group with { Addresses = addresses, Epoch = epoch };
        }

        return isNew;
    }

    private bool IsChanged(string address, TableVersion? version) =>
        version is null || !_live.TryGetValue(address, out var live) || live.Version != version;

    private void SetQueues(string topic, TopicQueues queues)
    {
        if (!_topics.TryGetValue(topic, out var entries))
        {
            _topics[topic] = [queues];
            return;
        }

        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].BrokerName == queues.BrokerName)
            {
                if (entries[i] != queues)
                {
                    _topics[topic] = entries.SetItem(i, queues);
                }

                return;
            }
        }

        _topics[topic] = entries.Add(queues);
    }

    private void SetFilterServers(BrokerRegistration broker)
    {
        if (broker.FilterServers is { Count: > 0 } servers)
        {
            _filterServers[broker.Address] = [.. servers];
        }
        else if (broker.FilterServers is not null)
        {
            _filterServers.Remove(broker.Address);
        }
    }

    private MasterInfo FindMaster(BrokerRegistration broker) =>
        broker.BrokerId != BrokerGroup.MasterId
        && _groups[broker.BrokerName].Addresses.TryGetValue(BrokerGroup.MasterId, out var address)
        && _live.TryGetValue(address, out var master)
            ? new MasterInfo(address, master.HaServerAddress)
            : default;
}
