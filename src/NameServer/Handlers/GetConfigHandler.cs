using System.Text;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.NameServer.Handlers;

/// <summary>GET_NAMESRV_CONFIG 319: the effective configuration as property lines.</summary>
internal sealed class GetConfigHandler(PropertyBinder binder) : IRequestHandler
{
    public void Handle(in CommandView request, Responder responder) =>
        responder.Reply(ResponseCode.Success, default(EmptyHeader), body: Encoding.UTF8.GetBytes(binder.Format()));
}
