using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>
/// A handler that waits for nothing. A request that lacks a field, or has a body that does not parse, ends in an exception whose message
/// becomes the remark of SYSTEM_ERROR.
/// </summary>
internal abstract class ImmediateHandler : IAsyncRequestHandler
{
    /// <inheritdoc/>
    public ValueTask<RemotingCommand?> HandleAsync(RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken) =>
        new(Handle(request, connection));

    /// <summary>Serves one request.</summary>
    protected abstract RemotingCommand Handle(RemotingCommand request, RemotingConnection connection);
}

/// <summary>The answers that most handlers give.</summary>
internal static class Answer
{
    /// <summary>SUCCESS.</summary>
    public static RemotingCommand Success(ICommandHeader? header = null) => RemotingCommand.Response(ResponseCode.Success, header: header);

    /// <summary>SUCCESS with a JSON body.</summary>
    public static RemotingCommand Json<T>(T body) => RemotingCommand.Response(ResponseCode.Success, body: BodyJson.Serialize(body));

    /// <summary>A failure that the caller can read.</summary>
    public static RemotingCommand Failure(ResponseCode code, string remark) => RemotingCommand.Response(code, remark);

    /// <summary>SYSTEM_ERROR.</summary>
    public static RemotingCommand Error(string remark) => Failure(ResponseCode.SystemError, remark);

    /// <summary>SUCCESS, or SYSTEM_ERROR when there is a problem.</summary>
    public static RemotingCommand SuccessUnless(string? problem) => problem is null ? Success() : Error(problem);
}
