using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Remoting;

/// <summary>
/// The way back for one request: connection, opaque and serialization. A small value that may be kept while the answer waits for a disk
/// or a replica; thread-safe. To be used once. Answers to one-way requests and to closed connections are dropped silently.
/// Answers given during one turn of the event loop leave in one send; answers from other threads are coalesced per connection.
/// </summary>
public readonly struct Responder
{
    private readonly CommandEnvelope _request;

    internal Responder(RemotingConnection connection, in CommandEnvelope request)
    {
        Connection = connection;
        _request = request;
    }

    /// <summary>Where the request came from.</summary>
    public RemotingConnection Connection { get; }

    /// <summary>The request's envelope (without its remark).</summary>
    public CommandEnvelope Request => _request;

    /// <summary>Answers without a custom header.</summary>
    public void Reply(ResponseCode code, string? remark = null) => Reply(code, default(EmptyHeader), remark);

    /// <summary>Answers with a typed header and, if given, a body.</summary>
    public void Reply<THeader>(ResponseCode code, in THeader header, string? remark = null, ReadOnlySpan<byte> body = default)
        where THeader : ICommandHeader
    {
        if (_request.IsOneWay)
        {
            return;
        }

        try
        {
            Connection.Output.Write(_request.Answer(code, remark), header, body);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            ReplyFailed(failure);
        }

        Connection.RequestAnswered(_request.Opaque);
    }

    /// <summary>Answers with a typed header and a body that copies itself.</summary>
    public void Reply<THeader, TBody>(ResponseCode code, in THeader header, in TBody body, string? remark = null)
        where THeader : ICommandHeader
        where TBody : IResponseBody
    {
        if (_request.IsOneWay)
        {
            return;
        }

        try
        {
            Connection.Output.Write(_request.Answer(code, remark), header, body);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            ReplyFailed(failure);
        }

        Connection.RequestAnswered(_request.Opaque);
    }

    /// <summary>Answers with a command; its opaque, flags and serialization are set from the request.</summary>
    public void Reply(RemotingCommand response)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (_request.IsOneWay)
        {
            return;
        }

        try
        {
            lock (response)
            {
                response.Opaque = _request.Opaque;
                response.Flags = CommandFlags.Response;
                response.SerializeType = _request.SerializeType;
                Connection.Output.Write(response);
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            ReplyFailed(failure);
        }

        Connection.RequestAnswered(_request.Opaque);
    }

    /// <summary>Nobody will answer: the handler had nothing to say.</summary>
    internal void Abandon()
    {
        if (!_request.IsOneWay)
        {
            Connection.RequestEnds();
        }
    }

    /// <summary>The answer cannot be encoded. The peer waits for one all the same.</summary>
    private void ReplyFailed(Exception failure)
    {
        Connection.AnswerFailed(failure, _request.Code);
        Connection.Output.Write(
            _request.Answer(ResponseCode.SystemError, $"The answer to request {_request.Code} could not be encoded."),
            default(EmptyHeader),
            ReadOnlySpan<byte>.Empty);
    }
}
