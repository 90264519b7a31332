using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>CONSUME_MESSAGE_DIRECTLY 309: a consumer handles one stored message at once, and says what came of it.</summary>
internal sealed class ConsumeMessageDirectlyHandler(BrokerContext broker) : IAsyncRequestHandler
{
    /// <inheritdoc/>
    public ValueTask<RemotingCommand?> HandleAsync(RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var header = request.ReadHeader<ConsumeMessageDirectlyRequestHeader>();
        if (!OffsetMessageId.TryParse(header.MsgId, out var id))
        {
            return new(Answer.Error($"the msgId '{header.MsgId}' is no offset message id of 32 hex digits"));
        }

        if (broker.Store.ReadRecord(id.PhysicalOffset) is not { } record)
        {
            return new(Answer.Error($"there is no message at the offset {id.PhysicalOffset} of the msgId"));
        }

        request.ExtFields ??= new Dictionary<string, string>(StringComparer.Ordinal);
        request.ExtFields["brokerName"] = broker.Identity.Name;
        return ConsumerCalls.ForwardAsync(broker, request, header.ConsumerGroup, header.ClientId, record, cancellationToken);
    }
}
