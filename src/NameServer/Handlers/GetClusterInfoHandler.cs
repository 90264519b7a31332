using Rocketeer.NameServer.Routing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.NameServer.Handlers;

/// <summary>GET_BROKER_CLUSTER_INFO 106.</summary>
internal sealed class GetClusterInfoHandler(RouteTable routes) : IRequestHandler
{
    public void Handle(in CommandView request, Responder responder)
    {
        var (groups, clusters) = routes.ClusterInfo();
        var body = new ClusterInfo
        {
            BrokerAddrTable = groups.ToDictionary(group => group.Name, AnswerBodies.Of, StringComparer.Ordinal),
            ClusterAddrTable = clusters.ToDictionary(cluster => cluster.Key, cluster => cluster.Value.ToHashSet(), StringComparer.Ordinal),
        };
        responder.Reply(ResponseCode.Success, default(EmptyHeader), body: BodyJson.Serialize(body));
    }
}
