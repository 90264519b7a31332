using System.Collections.Concurrent;

namespace Rocketeer.Client.Routing;

/// <summary>Broker names to addresses, learnt from routes. Thread-safe.</summary>
internal sealed class BrokerDirectory
{
    private readonly ConcurrentDictionary<string, BrokerRoute> _brokers = new(StringComparer.Ordinal);

    /// <summary>All brokers known now.</summary>
    public IEnumerable<BrokerRoute> Brokers => _brokers.Values;

    /// <summary>Address of the master, or <see langword="null"/>: for sending, administration, ends of transactions.</summary>
    public string? Master(string brokerName) => _brokers.GetValueOrDefault(brokerName)?.Master;

    /// <summary>Address of a certain process of a broker, any other of that broker if it is not there; <see langword="null"/> if there is none. For pulling.</summary>
    public string? Prefer(string brokerName, long brokerId) =>
        _brokers.GetValueOrDefault(brokerName) is { } broker
            ? broker.Addresses.GetValueOrDefault(brokerId) ?? First(broker)
            : null;

    /// <summary>Address of the process with the lowest id, normally the master: for offsets.</summary>
    public string? First(string brokerName) => _brokers.GetValueOrDefault(brokerName) is { } broker ? First(broker) : null;

    /// <summary>Id of the process that listens on an address of a broker, or -1.</summary>
    public long IdOf(string brokerName, string address)
    {
        if (_brokers.GetValueOrDefault(brokerName) is { } broker)
        {
            foreach (var (id, known) in broker.Addresses)
            {
                if (known == address)
                {
                    return id;
                }
            }
        }

        return -1;
    }

    /// <summary>Takes over what a route says of its brokers.</summary>
    /// <returns>True if a broker or an address is new.</returns>
    public bool Learn(TopicRoute route)
    {
        var changed = false;
        foreach (var broker in route.Brokers)
        {
            if (!_brokers.TryGetValue(broker.Name, out var known) || !known.Equals(broker))
            {
                _brokers[broker.Name] = broker;
                changed = true;
            }
        }

        return changed;
    }

    /// <summary>Forgets the brokers that no route mentions.</summary>
    /// <param name="mentioned">Broker names in the routes of all topics in use.</param>
    public void KeepOnly(IReadOnlySet<string> mentioned)
    {
        foreach (var name in _brokers.Keys)
        {
            if (!mentioned.Contains(name))
            {
                _brokers.TryRemove(name, out _);
            }
        }
    }

    private static string? First(BrokerRoute broker)
    {
        var (best, address) = (long.MaxValue, (string?)null);
        foreach (var (id, candidate) in broker.Addresses)
        {
            if (id <= best)
            {
                (best, address) = (id, candidate);
            }
        }

        return address;
    }
}
