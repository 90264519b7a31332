using Rocketeer.Remoting;

namespace Rocketeer.Broker.Registration;

/// <summary>
/// Filter servers that say they work for this broker (request 301); name servers and consumers are told of them. A filter server that is
/// silent for <see cref="SilenceAllowed"/> or closes its connection is forgotten. 4.4.0 ships none any more. Thread-safe.
/// </summary>
internal sealed class FilterServers(TimeProvider clock)
{
    /// <summary>Longest silence of a filter server.</summary>
    public static readonly TimeSpan SilenceAllowed = TimeSpan.FromSeconds(30);

    /// <summary>Filter servers of a broker at most.</summary>
    public const int Most = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<RemotingConnection, Server> _servers = [];

    /// <summary>Addresses of those that are there.</summary>
    public IReadOnlyList<string> Addresses
    {
        get
        {
            lock (_lock)
            {
                foreach (var (connection, server) in _servers)
                {
                    if (clock.GetElapsedTime(server.SeenAt) > SilenceAllowed)
                    {
                        _servers.Remove(connection);
                    }
                }

                return [.. _servers.Values.Select(server => server.Address).Distinct(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>A filter server says that it is there.</summary>
    /// <returns>False when there are too many.</returns>
    public bool TryRegister(RemotingConnection connection, string address)
    {
        lock (_lock)
        {
            if (_servers.Count >= Most && !_servers.ContainsKey(connection))
            {
                return false;
            }

            _servers[connection] = new Server(address, clock.GetTimestamp());
            return true;
        }
    }

    /// <summary>A connection ended.</summary>
    public void ConnectionClosed(RemotingConnection connection)
    {
        lock (_lock)
        {
            _servers.Remove(connection);
        }
    }

    private readonly record struct Server(string Address, long SeenAt);
}
