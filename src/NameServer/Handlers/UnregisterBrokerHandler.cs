using Microsoft.Extensions.Logging;
using Rocketeer.NameServer.Routing;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.NameServer.Handlers;

/// <summary>UNREGISTER_BROKER 104: always succeeds.</summary>
internal sealed class UnregisterBrokerHandler(RouteTable routes, ILogger<UnregisterBrokerHandler> logger) : IRequestHandler
{
    public void Handle(in CommandView request, Responder responder)
    {
        var header = request.ReadHeader<UnregisterBrokerRequestHeader>();
        routes.Unregister(header.ClusterName, header.BrokerName, header.BrokerId, header.BrokerAddr);
        logger.BrokerUnregistered(header.BrokerName, header.BrokerId, header.BrokerAddr);
        responder.Reply(ResponseCode.Success);
    }
}
