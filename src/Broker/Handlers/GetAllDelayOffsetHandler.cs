using System.Text;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_ALL_DELAY_OFFSET 45: how far the delivery of delayed messages has come, per level.</summary>
internal sealed class GetAllDelayOffsetHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection) =>
        RemotingCommand.Response(ResponseCode.Success, body: Encoding.UTF8.GetBytes(broker.Store.DelayOffsetsJson()));
}
