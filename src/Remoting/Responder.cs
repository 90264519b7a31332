using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Remoting;

/// <summary>
/// The way back for one request: connection, opaque and serialization. A small value that may be kept while the answer waits for a disk
/// or a replica; thread-safe. Answers to one-way requests and to closed connections are dropped silently.
/// Answers given during one turn of the event loop leave in one send; answers from other threads are coalesced per connection.
/// </summary>
public readonly struct Responder
{
    /// <summary>Where the request came from.</summary>
    public RemotingConnection Connection => throw new NotImplementedException();

    /// <summary>The request's envelope (without its remark).</summary>
    public CommandEnvelope Request => throw new NotImplementedException();

    /// <summary>Answers without a custom header.</summary>
    public void Reply(ResponseCode code, string? remark = null) => throw new NotImplementedException();

    /// <summary>Answers with a typed header and, if given, a body.</summary>
    public void Reply<THeader>(ResponseCode code, in THeader header, string? remark = null, ReadOnlySpan<byte> body = default)
        where THeader : ICommandHeader => throw new NotImplementedException();

    /// <summary>Answers with a typed header and a body that copies itself.</summary>
    public void Reply<THeader, TBody>(ResponseCode code, in THeader header, in TBody body, string? remark = null)
        where THeader : ICommandHeader
        where TBody : IResponseBody => throw new NotImplementedException();

    /// <summary>Answers with a command; its opaque, flags and serialization are set from the request.</summary>
    public void Reply(RemotingCommand response) => throw new NotImplementedException();
}
