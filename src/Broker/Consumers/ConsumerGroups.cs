using System.Collections.Concurrent;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Consumers;

/// <summary>The consumer groups that are online. Thread-safe.</summary>
internal sealed class ConsumerGroups(TimeProvider clock, IGroupChangeNotifier notifier)
{
    /// <summary>Groups that are kept at most, so that hostile heartbeats cannot fill the memory.</summary>
    public const int MaxGroups = 100_000;

    private readonly ConcurrentDictionary<string, ConsumerGroup> _groups = new(StringComparer.Ordinal);

    /// <summary>Told when the last client of a group is gone.</summary>
    public event Action<string>? Emptied;

    /// <summary>The groups that are online.</summary>
    public IEnumerable<ConsumerGroup> All => _groups.Values;

    /// <summary>How many groups are online.</summary>
    public int Count => _groups.Count;

    /// <summary>The group, or <see langword="null"/> when nobody of it is online.</summary>
    public ConsumerGroup? Find(string group) => _groups.GetValueOrDefault(group);

    /// <summary>Takes the part of a heartbeat in that speaks of one group.</summary>
    /// <param name="client">The client that sent it.</param>
    /// <param name="heartbeat">The part.</param>
    /// <param name="notify">Whether the other clients are told when the group changed.</param>
    /// <returns>False when there are too many groups already.</returns>
    public bool TryRegister(ClientConnection client, ConsumerData heartbeat, bool notify)
    {
        while (true)
        {
            if (!_groups.TryGetValue(heartbeat.GroupName, out var group))
            {
                if (_groups.Count >= MaxGroups)
                {
                    return false;
                }

                group = _groups.GetOrAdd(heartbeat.GroupName, static name => new ConsumerGroup(name));
            }

            if (group.TryRegister(client, heartbeat, clock.GetTimestamp(), out var changed))
            {
                if (changed && notify)
                {
                    notifier.GroupChanged(group);
                }

                return true;
            }

            _groups.TryRemove(KeyValuePair.Create(heartbeat.GroupName, group));
        }
    }

    /// <summary>A client left a group.</summary>
    public void Unregister(string group, RemotingConnection connection, bool notify)
    {
        if (_groups.TryGetValue(group, out var found))
        {
            Remove(found, connection, notify);
        }
    }

    /// <summary>A connection ended: it leaves every group, and the others are told.</summary>
    public void ConnectionClosed(RemotingConnection connection)
    {
        foreach (var (_, group) in _groups)
        {
            Remove(group, connection, notify: true);
        }
    }

    /// <summary>Removes clients that have been silent for too long; the others of their groups are told.</summary>
    /// <returns>The connections of the clients that were removed; the caller closes them.</returns>
    public IReadOnlyCollection<RemotingConnection> RemoveSilent(TimeSpan silenceAllowed)
    {
        var removed = new HashSet<RemotingConnection>();
        foreach (var (_, group) in _groups)
        {
            foreach (var client in group.Clients)
            {
                if (clock.GetElapsedTime(client.HeardAt) > silenceAllowed)
                {
                    Remove(group, client.Connection, notify: true);
                    removed.Add(client.Connection);
                }
            }
        }

        return removed;
    }

    private void Remove(ConsumerGroup group, RemotingConnection connection, bool notify)
    {
        if (!group.Remove(connection, out var empty))
        {
            return;
        }

        if (empty)
        {
            _groups.TryRemove(KeyValuePair.Create(group.Name, group));
            Emptied?.Invoke(group.Name);
        }
        else if (notify)
        {
            notifier.GroupChanged(group);
        }
    }
}

/// <summary>Tells the clients of a group that it changed (request 40), so that they divide the queues anew.</summary>
internal interface IGroupChangeNotifier
{
    /// <summary>Returns at once; a client that cannot be told finds out by itself within its rebalance interval.</summary>
    void GroupChanged(ConsumerGroup group);
}
