using Rocketeer.Protocol.Commands;

namespace Rocketeer.Remoting;

/// <summary>Serves requests away from the event loop, behind a bounded queue: administration, file access, calls to other processes.</summary>
public interface IAsyncRequestHandler
{
    /// <summary>Serves one request. An exception becomes SYSTEM_ERROR with its message.</summary>
    /// <param name="request">A copy of the request.</param>
    /// <param name="connection">Where it came from.</param>
    /// <param name="cancellationToken">Fires when the server stops.</param>
    /// <returns>The answer, or <see langword="null"/> for none (one-way requests are never answered).</returns>
    ValueTask<RemotingCommand?> HandleAsync(RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken);
}
