using Rocketeer.NameServer.Kv;
using Rocketeer.NameServer.Routing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.NameServer.Handlers;

/// <summary>GET_KV_CONFIG 101 and GET_KVLIST_BY_NAMESPACE 219.</summary>
internal sealed class KvConfigReadHandler(KvConfigStore kv) : IRequestHandler
{
    public void Handle(in CommandView request, Responder responder)
    {
        if (request.Envelope.Code == (int)RequestCode.GetKvConfig)
        {
            ReplyValue(request.ReadHeader<GetKVConfigRequestHeader>(), responder);
        }
        else
        {
            ReplyNamespace(request.ReadHeader<GetKVListByNamespaceRequestHeader>().Namespace, responder);
        }
    }

    private void ReplyValue(in GetKVConfigRequestHeader header, Responder responder)
    {
        if (kv.Find(header.Namespace, header.Key) is { } value)
        {
            responder.Reply(ResponseCode.Success, new GetKVConfigResponseHeader { Value = value });
        }
        else
        {
            responder.Reply(
                ResponseCode.QueryNotFound,
                default(NoFieldsHeader),
                $"The namespace '{Names.Shown(header.Namespace)}' has no key '{Names.Shown(header.Key)}'.");
        }
    }

    private void ReplyNamespace(string space, Responder responder)
    {
        if (kv.FindNamespace(space) is { } entries)
        {
            responder.Reply(ResponseCode.Success, default(EmptyHeader), body: BodyJson.Serialize(new KVTable { Table = new(entries) }));
        }
        else
        {
            responder.Reply(ResponseCode.QueryNotFound, $"There is no namespace '{Names.Shown(space)}'.");
        }
    }
}
