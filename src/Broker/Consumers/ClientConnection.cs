using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Consumers;

/// <summary>One client of a group, as its last heartbeat showed it.</summary>
/// <param name="Connection">Its connection; the identity of the entry.</param>
/// <param name="ClientId">The id that it gives itself.</param>
/// <param name="Language">Its language.</param>
/// <param name="Version">Its version ordinal.</param>
internal sealed record ClientConnection(RemotingConnection Connection, string ClientId, LanguageCode Language, int Version)
{
    private long _heardAt;

    /// <summary>When it was heard last, in ticks of the clock.</summary>
    public long HeardAt
    {
        get => Volatile.Read(ref _heardAt);
        set => Volatile.Write(ref _heardAt, value);
    }
}
