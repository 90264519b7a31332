using System.Collections.Immutable;

namespace Rocketeer.NameServer.Routing;

/// <summary>What takes away from the tables: farewell, silence, a lost connection, and the administrator (reference: A5, A6, A8, A9).</summary>
internal sealed partial class RouteTable
{
    /// <summary>
    /// A broker says goodbye (104). Unlike the original this compares the address: the late goodbye of a process that was replaced does
    /// not remove its successor.
    /// </summary>
    public void Unregister(string cluster, string brokerName, long brokerId, string address)
    {
        lock (_gate)
        {
            _live.Remove(address);
            _filterServers.Remove(address);
            if (_groups.TryGetValue(brokerName, out var group)
                && group.Addresses.TryGetValue(brokerId, out var registered)
                && registered == address)
            {
                RemoveAddress(group, brokerId, cluster);
            }
        }
    }

    /// <summary>Removes every broker that a connection registered last.</summary>
    /// <returns>The addresses removed.</returns>
    public IReadOnlyList<string> RemoveConnection(object connection)
    {
        lock (_gate)
        {
            List<string>? addresses = null;
            foreach (var (address, live) in _live)
            {
                if (ReferenceEquals(live.Connection, connection))
                {
                    (addresses ??= []).Add(address);
                }
            }

            addresses?.ForEach(RemoveProcess);
            return addresses ?? [];
        }
    }

    /// <summary>Removes every broker that has been silent for longer than allowed.</summary>
    /// <returns>Their addresses and connections; the caller closes the connections.</returns>
    public IReadOnlyList<(string Address, object Connection)> RemoveSilent(TimeSpan allowed)
    {
        lock (_gate)
        {
            List<(string Address, object Connection)>? silent = null;
            foreach (var (address, live) in _live)
            {
                if (clock.GetElapsedTime(live.HeardAt) > allowed)
                {
                    (silent ??= []).Add((address, live.Connection));
                }
            }

            silent?.ForEach(broker => RemoveProcess(broker.Address));
            return silent ?? [];
        }
    }

    /// <summary>Takes the write permission from every topic of a broker group, until its table changes (205).</summary>
    /// <returns>Topics of the group, also those that were read-only before.</returns>
    public int WipeWritePermission(string brokerName)
    {
        const int write = 2;
        lock (_gate)
        {
            var wiped = 0;
            foreach (var (topic, entries) in _topics.ToArray())
            {
                var at = IndexOf(entries, brokerName);
                if (at >= 0)
                {
                    _topics[topic] = entries.SetItem(at, entries[at] with { Permission = entries[at].Permission & ~write });
                    wiped++;
                }
            }

            return wiped;
        }
    }

    /// <summary>Forgets a topic, until a broker that still has it registers a changed table (216).</summary>
    /// <returns>Whether it was there.</returns>
    public bool DeleteTopic(string topic)
    {
        lock (_gate)
        {
            return _topics.Remove(topic);
        }
    }

    private void RemoveProcess(string address)
    {
        _live.Remove(address);
        _filterServers.Remove(address);
        foreach (var group in _groups.Values)
        {
            foreach (var (id, registered) in group.Addresses)
            {
                if (registered == address)
                {
                    RemoveAddress(group, id, ClusterOf(group.Name));
                    return;
                }
            }
        }
    }

    private string? ClusterOf(string brokerName) => _clusters.FirstOrDefault(cluster => cluster.Value.Contains(brokerName)).Key;

    private void RemoveAddress(BrokerGroup group, long brokerId, string? cluster)
    {
        var addresses = group.Addresses.Remove(brokerId);
        if (!addresses.IsEmpty)
        {
            // The queues stay: slaves go on serving what they have.
            _groups[group.Name] = group with { Addresses = addresses };
            return;
        }

        _groups.Remove(group.Name);
        if (cluster is not null && _clusters.TryGetValue(cluster, out var names))
        {
            var rest = names.Remove(group.Name);
            if (rest.IsEmpty)
            {
                _clusters.Remove(cluster);
            }
            else
            {
                _clusters[cluster] = rest;
            }
        }

        RemoveQueues(group.Name);
    }

    private void RemoveQueues(string brokerName)
    {
        foreach (var (topic, entries) in _topics.ToArray())
        {
            var at = IndexOf(entries, brokerName);
            if (at >= 0 && entries.Length == 1)
            {
                _topics.Remove(topic);
            }
            else if (at >= 0)
            {
                _topics[topic] = entries.RemoveAt(at);
            }
        }
    }

    private static int IndexOf(ImmutableArray<TopicQueues> entries, string brokerName)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].BrokerName == brokerName)
            {
                return i;
            }
        }

        return -1;
    }
}
