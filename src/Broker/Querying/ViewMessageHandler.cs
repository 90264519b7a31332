using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Querying;

/// <summary>Returns the message at a commit log offset: request 33 (reference: broker.md section 7). Offsets that hold no record find nothing.</summary>
internal sealed class ViewMessageHandler(MessageStore store) : IAsyncRequestHandler
{
    /// <inheritdoc/>
    public ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var offset = request.ReadHeader<ViewMessageRequestHeader>().Offset;
        return ValueTask.FromResult<RemotingCommand?>(store.ReadRecord(offset) is { } record
            ? RemotingCommand.Response(ResponseCode.Success, body: record)
            : RemotingCommand.Response(ResponseCode.SystemError, $"can not find message by the offset, {offset}"));
    }
}
