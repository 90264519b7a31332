using Rocketeer.Protocol.Codec;

namespace Rocketeer.Remoting;

/// <summary>
/// Asked before the handler of every request, whatever its code, on the event loop: it must be short and must not block. Throwing refuses
/// the request.
/// </summary>
public interface IRequestGate
{
    /// <summary>Says why a request is not served.</summary>
    /// <param name="request">The request, valid during the call.</param>
    /// <param name="connection">Where it came from.</param>
    /// <returns>The remark of the refusal, which is answered as SYSTEM_ERROR; <see langword="null"/> lets the request pass.</returns>
    string? Refuse(in CommandView request, RemotingConnection connection);
}
