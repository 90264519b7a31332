using Rocketeer.Client.Routing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Client.Groups;

/// <summary>
/// A producer or consumer as the rest of the client sees it: what heartbeats say about it, which routes it needs, and what brokers ask
/// of it. Members are known to <see cref="GroupRegistry"/> from registration to disposal. All members may be called from any thread.
/// </summary>
internal interface IGroupMember : IAsyncDisposable
{
    /// <summary>Group name; a client has at most one producer and one consumer of a name.</summary>
    string Group { get; }

    /// <summary>What the member is.</summary>
    GroupRole Role { get; }

    /// <summary>Topics whose routes must be kept fresh even if nobody asks for them. Read at every poll.</summary>
    IReadOnlyCollection<string> Topics { get; }

    /// <summary>Adds what a heartbeat says of the member. Called for every heartbeat.</summary>
    void Describe(HeartbeatData heartbeat);

    /// <summary>The route of a topic changed or was learnt. Raised for every topic of the client, on a pool thread; must be short and not throw.</summary>
    void RouteChanged(TopicRoute route);

    /// <summary>
    /// Serves a request that a broker sent for this group: 39 for producers; 40, 220, 221, 307, 309 for consumers. Runs behind a bounded
    /// queue, so it may take its time, but others wait behind it.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="connection">Where it came from; answers to a check (39) go back there.</param>
    /// <param name="cancellationToken">Fires when the client is disposed.</param>
    /// <returns>The answer, or <see langword="null"/> for none.</returns>
    ValueTask<RemotingCommand?> HandleAsync(RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken);
}
