using Rocketeer.Broker.AccessControl;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Querying;

/// <summary>Returns the message at a commit log offset: request 33 (reference: broker.md section 7). Offsets that hold no record find nothing.</summary>
internal sealed class ViewMessageHandler(MessageStore store, AccessGate? access) : IAsyncRequestHandler
{
    /// <inheritdoc/>
    public ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var offset = request.ReadHeader<ViewMessageRequestHeader>().Offset;
        return ValueTask.FromResult<RemotingCommand?>(store.ReadRecord(offset) is not { } record
            ? RemotingCommand.Response(ResponseCode.SystemError, $"can not find message by the offset, {offset}")
            : Refusal(request, connection, record) is { } refusal ? RemotingCommand.Response(ResponseCode.SystemError, refusal)
            : RemotingCommand.Response(ResponseCode.Success, body: record));
    }

    /// <summary>The request names an offset only: whose message that is, nobody knew before.</summary>
    private string? Refusal(RemotingCommand request, RemotingConnection connection, byte[] record) =>
        access is not null && MessageRecordView.TryParse(record, out var message)
            ? access.RefuseTopic(request, connection, message.Topic, Rights.Sub)
            : null;
}
