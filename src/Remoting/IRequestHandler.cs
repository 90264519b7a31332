using Rocketeer.Protocol.Codec;

namespace Rocketeer.Remoting;

/// <summary>
/// Serves a request on the event loop of its connection: for work that is short and never blocks. The view is valid during the call
/// only; the responder may be kept and used later, from any thread, once.
/// </summary>
public interface IRequestHandler
{
    /// <summary>Serves one request. An exception becomes SYSTEM_ERROR with its message; the connection lives on.</summary>
    /// <param name="request">The request, in the receive buffer.</param>
    /// <param name="responder">The way to answer it.</param>
    void Handle(in CommandView request, Responder responder);
}
