using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Consumers;

/// <summary>One client of a group, as its heartbeat showed it. Thread-safe.</summary>
internal sealed class ClientConnection(RemotingConnection connection, string clientId, LanguageCode language, int version)
{
    private long _heardAt;

    /// <summary>Its connection; the identity of the entry.</summary>
    public RemotingConnection Connection { get; } = connection;

    /// <summary>The id that it gives itself.</summary>
    public string ClientId { get; } = clientId;

    /// <summary>Its language.</summary>
    public LanguageCode Language { get; } = language;

    /// <summary>Its version ordinal.</summary>
    public int Version { get; } = version;

    /// <summary>When it was heard last, in ticks of the clock.</summary>
    public long HeardAt
    {
        get => Volatile.Read(ref _heardAt);
        set => Volatile.Write(ref _heardAt, value);
    }

    /// <summary>True when both describe the same client in the same way.</summary>
    public bool SaysTheSameAs(ClientConnection other) =>
        Connection == other.Connection && ClientId == other.ClientId && Language == other.Language && Version == other.Version;
}
