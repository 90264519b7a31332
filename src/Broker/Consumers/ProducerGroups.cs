using System.Collections.Concurrent;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Consumers;

/// <summary>The producer groups that are online. Thread-safe.</summary>
internal sealed class ProducerGroups(TimeProvider clock)
{
    /// <summary>Groups that are kept at most, so that hostile heartbeats cannot fill the memory.</summary>
    public const int MaxGroups = 100_000;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, ClientConnection[]> _groups = new(StringComparer.Ordinal);

    /// <summary>How many groups are online.</summary>
    public int Count => _groups.Count;

    /// <summary>Names of the groups that are online.</summary>
    public IEnumerable<string> Names => _groups.Keys;

    /// <summary>The clients of a group; never changed in place; empty when nobody of it is online.</summary>
    public IReadOnlyList<ClientConnection> Clients(string group) => _groups.GetValueOrDefault(group) ?? [];

    /// <summary>Takes the part of a heartbeat in that speaks of one group.</summary>
    /// <returns>False when there are too many groups already.</returns>
    public bool TryRegister(string group, ClientConnection client)
    {
        client.HeardAt = clock.GetTimestamp();
        lock (_lock)
        {
            if (!_groups.TryGetValue(group, out var clients))
            {
                if (_groups.Count >= MaxGroups)
                {
                    return false;
                }

                _groups[group] = [client];
                return true;
            }

            var known = Array.FindIndex(clients, other => other.Connection == client.Connection);
            if (known < 0)
            {
                _groups[group] = [.. clients, client];
            }
            else
            {
                clients[known].HeardAt = client.HeardAt;
            }

            return true;
        }
    }

    /// <summary>A client left a group.</summary>
    public void Unregister(string group, RemotingConnection connection)
    {
        lock (_lock)
        {
            Remove(group, client => client.Connection == connection);
        }
    }

    /// <summary>A connection ended: it leaves every group.</summary>
    public void ConnectionClosed(RemotingConnection connection)
    {
        lock (_lock)
        {
            foreach (var (group, _) in _groups)
            {
                Remove(group, client => client.Connection == connection);
            }
        }
    }

    /// <summary>Removes clients that have been silent for too long.</summary>
    /// <returns>The connections of the clients that were removed; the caller closes them.</returns>
    public IReadOnlyCollection<RemotingConnection> RemoveSilent(TimeSpan silenceAllowed)
    {
        var removed = new HashSet<RemotingConnection>();
        lock (_lock)
        {
            foreach (var (group, clients) in _groups)
            {
                foreach (var client in clients)
                {
                    if (clock.GetElapsedTime(client.HeardAt) > silenceAllowed)
                    {
                        removed.Add(client.Connection);
                    }
                }

                Remove(group, client => removed.Contains(client.Connection));
            }
        }

        return removed;
    }

    private void Remove(string group, Predicate<ClientConnection> gone)
    {
        if (!_groups.TryGetValue(group, out var clients))
        {
            return;
        }

        var rest = Array.FindAll(clients, client => !gone(client));
        if (rest.Length == 0)
        {
            _groups.TryRemove(group, out _);
        }
        else if (rest.Length < clients.Length)
        {
            _groups[group] = rest;
        }
    }
}
