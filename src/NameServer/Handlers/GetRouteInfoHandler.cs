using Rocketeer.NameServer.Kv;
using Rocketeer.NameServer.Routing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.NameServer.Handlers;

/// <summary>GET_ROUTEINTO_BY_TOPIC 105: what every client asks for every topic of its, every 30 seconds.</summary>
internal sealed class GetRouteInfoHandler(
    RouteTable routes, KvConfigStore kv, NameServerOptions options, NameServerInstruments instruments) : IRequestHandler
{
    public void Handle(in CommandView request, Responder responder)
    {
        var topic = request.ReadHeader<GetRouteInfoRequestHeader>().Topic;
        var route = routes.FindRoute(topic);
        instruments.RouteLookedUp(route is not null);
        if (route is null)
        {
            responder.Reply(
                ResponseCode.TopicNotExist,
                $"No route for the topic '{Names.Shown(topic)}': create it, or wait until a broker that has it registers.");
            return;
        }

        var withOrder = options.OrderMessageEnable || options.ClusterTest;
        var body = new TopicRouteData
        {
            QueueDatas = [.. route.Queues.Select(AnswerBodies.Of)],
            BrokerDatas = [.. route.Brokers.Select(AnswerBodies.Of)],
            FilterServerTable = route.FilterServers.ToDictionary(pair => pair.Key, pair => pair.Value.ToList(), StringComparer.Ordinal),
            OrderTopicConf = withOrder ? kv.Find(KvConfigStore.OrderTopicNamespace, topic) : null,
        };
        responder.Reply(ResponseCode.Success, default(EmptyHeader), body: BodyJson.Serialize(body));
    }
}
