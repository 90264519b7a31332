using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>SEARCH_OFFSET_BY_TIMESTAMP 29.</summary>
internal sealed class SearchOffsetHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var header = request.ReadHeader<SearchOffsetRequestHeader>();
        return Answer.Success(new OffsetResponseHeader
        {
            Offset = broker.Store.OffsetByTime(header.Topic, header.QueueId, header.Timestamp),
        });
    }
}
