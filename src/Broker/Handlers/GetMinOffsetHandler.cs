using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_MIN_OFFSET 31; 0 for an unknown queue.</summary>
internal sealed class GetMinOffsetHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var header = request.ReadHeader<GetMinOffsetRequestHeader>();
        return Answer.Success(new OffsetResponseHeader { Offset = broker.Store.MinOffset(header.Topic, header.QueueId) });
    }
}
