using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_PRODUCER_CONNECTION_LIST 204.</summary>
internal sealed class GetProducerConnectionsHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var group = request.ReadHeader<GetProducerConnectionListRequestHeader>().ProducerGroup;
        return broker.Producers.Clients(group) is { Count: > 0 } clients
            ? Answer.Json(new ProducerConnection { ConnectionSet = [.. clients.Select(GetConsumerConnectionsHandler.Describe)] })
            : Answer.Error($"the producer group[{group}] not exist");
    }
}
