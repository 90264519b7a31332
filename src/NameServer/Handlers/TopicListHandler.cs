using Rocketeer.NameServer.Routing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.NameServer.Handlers;

/// <summary>The lists of topics: all 206, of a cluster 224, of the system 304, by unit flags 311, 312 and 313.</summary>
internal sealed class TopicListHandler(RouteTable routes) : IRequestHandler
{
    public static readonly RequestCode[] Codes =
    [
        RequestCode.GetAllTopicListFromNameserver, RequestCode.GetTopicsByCluster, RequestCode.GetSystemTopicListFromNs,
        RequestCode.GetUnitTopicList, RequestCode.GetHasUnitSubTopicList, RequestCode.GetHasUnitSubUnunitTopicList,
    ];

    public void Handle(in CommandView request, Responder responder)
    {
        string? brokerAddress = null;
        var topics = (RequestCode)request.Envelope.Code switch
        {
            RequestCode.GetAllTopicListFromNameserver => routes.AllTopics(),
            RequestCode.GetTopicsByCluster => routes.TopicsOfCluster(request.ReadHeader<GetTopicsByClusterRequestHeader>().Cluster),
            RequestCode.GetSystemTopicListFromNs => SystemTopics(out brokerAddress),
            RequestCode.GetUnitTopicList => routes.UnitTopics(),
            RequestCode.GetHasUnitSubTopicList => routes.UnitSubscribedTopics(),
            _ => routes.UnitSubscribedTopicsOfNoUnit(),
        };
        var body = new TopicList { Topics = [.. topics], BrokerAddr = brokerAddress };
        responder.Reply(ResponseCode.Success, default(EmptyHeader), body: BodyJson.Serialize(body));
    }

    private IReadOnlyList<string> SystemTopics(out string? someAddress)
    {
        (var names, someAddress) = routes.SystemTopics();
        return names;
    }
}
