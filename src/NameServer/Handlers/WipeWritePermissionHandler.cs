using Microsoft.Extensions.Logging;
using Rocketeer.NameServer.Routing;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.NameServer.Handlers;

/// <summary>WIPE_WRITE_PERM_OF_BROKER 205.</summary>
internal sealed class WipeWritePermissionHandler(RouteTable routes, ILogger<WipeWritePermissionHandler> logger) : IRequestHandler
{
    public void Handle(in CommandView request, Responder responder)
    {
        var brokerName = request.ReadHeader<WipeWritePermOfBrokerRequestHeader>().BrokerName;
        var wiped = routes.WipeWritePermission(brokerName);
        if (wiped > 0)
        {
            logger.WritePermissionWiped(wiped, brokerName, responder.Connection.RemoteAddress);
        }

        responder.Reply(ResponseCode.Success, new WipeWritePermOfBrokerResponseHeader { WipeTopicCount = wiped });
    }
}
