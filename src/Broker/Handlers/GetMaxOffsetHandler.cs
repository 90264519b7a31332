using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_MAX_OFFSET 30; 0 for an unknown queue.</summary>
internal sealed class GetMaxOffsetHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var header = request.ReadHeader<GetMaxOffsetRequestHeader>();
        return Answer.Success(new OffsetResponseHeader { Offset = broker.Store.MaxOffset(header.Topic, header.QueueId) });
    }
}
