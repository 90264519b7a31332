using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_ALL_CONSUMER_OFFSET 43.</summary>
internal sealed class GetAllConsumerOffsetHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection) => Answer.Json(broker.Offsets.ToTable());
}
