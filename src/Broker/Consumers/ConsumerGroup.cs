using System.Collections.Frozen;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Consumers;

/// <summary>
/// A consumer group that is online: its clients and what they subscribe to. Readers see consistent snapshots without a lock; changes come
/// from heartbeats and connection losses, one at a time.
/// </summary>
internal sealed class ConsumerGroup(string name)
{
    private readonly Lock _lock = new();
    private volatile ClientConnection[] _clients = [];
    private volatile FrozenDictionary<string, SubscriptionData> _subscriptions = FrozenDictionary<string, SubscriptionData>.Empty;
    private volatile bool _removed;

    /// <summary>Name of the group.</summary>
    public string Name { get; } = name;

    /// <summary>Push or pull, as the last heartbeat said.</summary>
    public ConsumeType ConsumeType { get; private set; }

    /// <summary>Clustering or broadcasting, as the last heartbeat said.</summary>
    public MessageModel MessageModel { get; private set; } = MessageModel.Clustering;

    /// <summary>Where new queues are begun, as the last heartbeat said; only shown.</summary>
    public ConsumeFromWhere ConsumeFromWhere { get; private set; }

    /// <summary>The clients; never changed in place.</summary>
    public IReadOnlyList<ClientConnection> Clients => _clients;

    /// <summary>The subscriptions by topic; never changed in place.</summary>
    public FrozenDictionary<string, SubscriptionData> Subscriptions => _subscriptions;

    /// <summary>The subscription to a topic, or <see langword="null"/>.</summary>
    public SubscriptionData? Subscription(string topic) => _subscriptions.GetValueOrDefault(topic);

    /// <summary>The client with this id, or <see langword="null"/>.</summary>
    public ClientConnection? Client(string clientId) => Array.Find(_clients, client => client.ClientId == clientId);

    /// <summary>Takes a heartbeat in.</summary>
    /// <param name="client">The client that sent it.</param>
    /// <param name="heartbeat">What it says about this group.</param>
    /// <param name="heardAt">Now, in ticks of the clock.</param>
    /// <param name="changed">True when clients or topics of the group changed.</param>
    /// <returns>False when the group was removed in the meantime; the caller makes a new one.</returns>
    public bool TryRegister(ClientConnection client, ConsumerData heartbeat, long heardAt, out bool changed)
    {
        lock (_lock)
        {
            changed = false;
            if (_removed)
            {
                return false;
            }

            ConsumeType = heartbeat.ConsumeType;
            MessageModel = heartbeat.MessageModel;
            ConsumeFromWhere = heartbeat.ConsumeFromWhere;
            changed = Hear(client, heardAt) | Subscribe(heartbeat.SubscriptionDataSet);
            return true;
        }
    }

    /// <summary>Removes a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="empty">True when the group has no client any more; it takes no heartbeats from now on.</param>
    /// <returns>False when it was none of this group.</returns>
    public bool Remove(RemotingConnection connection, out bool empty)
    {
        lock (_lock)
        {
            var rest = Array.FindAll(_clients, client => client.Connection != connection);
            var found = rest.Length < _clients.Length;
            _clients = rest;
            empty = rest.Length == 0;
            _removed |= empty;
            return found;
        }
    }

    private bool Hear(ClientConnection client, long heardAt)
    {
        client.HeardAt = heardAt;
        var known = Array.FindIndex(_clients, other => other.Connection == client.Connection);
        if (known < 0)
        {
            _clients = [.. _clients, client];
            return true;
        }

        if (_clients[known].SaysTheSameAs(client))
        {
            _clients[known].HeardAt = heardAt;
            return false;
        }

        // The same connection under another id or version: the newer word counts, and the group has not changed by it.
        var copy = (ClientConnection[])_clients.Clone();
        copy[known] = client;
        _clients = copy;
        return false;
    }

    /// <summary>Takes the subscriptions over. Only topics that come or go count as a change, not newer versions of the same topic.</summary>
    private bool Subscribe(IReadOnlyCollection<SubscriptionData> wanted)
    {
        var current = _subscriptions;
        var next = new Dictionary<string, SubscriptionData>(StringComparer.Ordinal);
        var topicsChanged = false;
        var versionsChanged = false;
        foreach (var subscription in wanted)
        {
            if (!current.TryGetValue(subscription.Topic, out var known))
            {
                topicsChanged = true;
                next[subscription.Topic] = subscription;
            }
            else if (subscription.SubVersion > known.SubVersion)
            {
                versionsChanged = true;
                next[subscription.Topic] = subscription;
            }
            else
            {
                next[subscription.Topic] = known;
            }
        }

        topicsChanged |= next.Count < current.Count || current.Keys.Any(topic => !next.ContainsKey(topic));
        if (topicsChanged || versionsChanged)
        {
            _subscriptions = next.ToFrozenDictionary(StringComparer.Ordinal);
        }

        return topicsChanged;
    }
}
