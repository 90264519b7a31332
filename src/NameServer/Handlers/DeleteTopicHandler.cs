using Microsoft.Extensions.Logging;
using Rocketeer.NameServer.Routing;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.NameServer.Handlers;

/// <summary>DELETE_TOPIC_IN_NAMESRV 216: also succeeds for a topic that is not there.</summary>
internal sealed class DeleteTopicHandler(RouteTable routes, ILogger<DeleteTopicHandler> logger) : IRequestHandler
{
    public void Handle(in CommandView request, Responder responder)
    {
        var topic = request.ReadHeader<DeleteTopicRequestHeader>().Topic;
        if (routes.DeleteTopic(topic))
        {
            logger.TopicDeleted(topic, responder.Connection.RemoteAddress);
        }

        responder.Reply(ResponseCode.Success);
    }
}
