using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_CONSUMER_LIST_BY_GROUP 38: the clients that divide the queues of a group among them.</summary>
internal sealed class GetConsumerListHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var group = request.ReadHeader<GetConsumerListByGroupRequestHeader>().ConsumerGroup;
        return broker.Consumers.Find(group) is { Clients.Count: > 0 } online
            ? Answer.Json(new ConsumerIdList { ConsumerIds = [.. online.Clients.Select(client => client.ClientId)] })
            : Answer.Error($"no consumer for this group, {group}");
    }
}
