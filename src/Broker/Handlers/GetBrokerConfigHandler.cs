using System.Text;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_BROKER_CONFIG 26.</summary>
internal sealed class GetBrokerConfigHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var version = Encoding.UTF8.GetString(BodyJson.Serialize(broker.Configuration.Version));
        return RemotingCommand.Response(
            ResponseCode.Success,
            header: new GetBrokerConfigResponseHeader { Version = version },
            body: Encoding.UTF8.GetBytes(broker.Configuration.Format()));
    }
}
