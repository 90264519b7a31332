using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_ALL_SUBSCRIPTIONGROUP_CONFIG 201.</summary>
internal sealed class GetAllGroupsHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection) => Answer.Json(broker.Groups.Snapshot());
}
