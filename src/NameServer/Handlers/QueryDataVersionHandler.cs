using Rocketeer.NameServer.Routing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.NameServer.Handlers;

/// <summary>QUERY_DATA_VERSION 322: whether a broker has to register again, and its keep-alive when it has not.</summary>
internal sealed class QueryDataVersionHandler(RouteTable routes) : IRequestHandler
{
    public void Handle(in CommandView request, Responder responder)
    {
        var header = request.ReadHeader<QueryDataVersionRequestHeader>();
        if (request.Body.IsEmpty)
        {
            responder.Reply(ResponseCode.SystemError, "The body is missing; send the version of the topic table as JSON.");
            return;
        }

        var (changed, held) = routes.QueryVersion(header.BrokerAddr, TableVersion.From(BodyJson.Deserialize<DataVersion>(request.Body)));
        var body = held is { } version
            ? BodyJson.Serialize(new DataVersion { Counter = version.Counter, Timestamp = version.Timestamp })
            : [];
        responder.Reply(ResponseCode.Success, new QueryDataVersionResponseHeader { Changed = changed }, body: body);
    }
}
