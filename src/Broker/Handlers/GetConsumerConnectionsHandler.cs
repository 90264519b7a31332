using Rocketeer.Broker.Consumers;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_CONSUMER_CONNECTION_LIST 203.</summary>
internal sealed class GetConsumerConnectionsHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var name = request.ReadHeader<GetConsumerConnectionListRequestHeader>().ConsumerGroup;
        if (broker.Consumers.Find(name) is not { } group)
        {
            return Answer.Failure(ResponseCode.ConsumerNotOnline, $"the consumer group[{name}] not online");
        }

        return Answer.Json(new ConsumerConnection
        {
            ConnectionSet = [.. group.Clients.Select(Describe)],
            ConsumeFromWhere = group.ConsumeFromWhere,
            ConsumeType = group.ConsumeType,
            MessageModel = group.MessageModel,
            SubscriptionTable = group.Subscriptions.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
        });
    }

    /// <summary>A client as request 203 and 204 show it.</summary>
    internal static Connection Describe(ClientConnection client) => new()
    {
        ClientAddr = client.Connection.RemoteAddress,
        ClientId = client.ClientId,
        Language = client.Language,
        Version = client.Version,
    };
}
