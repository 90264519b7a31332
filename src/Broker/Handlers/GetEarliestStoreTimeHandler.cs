using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_EARLIEST_MSG_STORETIME 32; -1 for an empty or unknown queue.</summary>
internal sealed class GetEarliestStoreTimeHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var header = request.ReadHeader<GetEarliestMessageStoreTimeRequestHeader>();
        var first = broker.Store.MinOffset(header.Topic, header.QueueId);
        return Answer.Success(new GetEarliestMessageStoreTimeResponseHeader
        {
            Timestamp = broker.Store.StoreTimestamp(header.Topic, header.QueueId, first),
        });
    }
}
