using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_ALL_TOPIC_CONFIG 21.</summary>
internal sealed class GetAllTopicConfigHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection) => Answer.Json(broker.Topics.Snapshot());
}
