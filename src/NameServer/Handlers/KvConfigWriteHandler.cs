using Rocketeer.NameServer.Kv;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.NameServer.Handlers;

/// <summary>PUT_KV_CONFIG 100 and DELETE_KV_CONFIG 102: answered when the file is written.</summary>
internal sealed class KvConfigWriteHandler(KvConfigStore kv) : IAsyncRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        string? problem = null;
        if (request.Code == (int)RequestCode.PutKvConfig)
        {
            var put = request.ReadHeader<PutKVConfigRequestHeader>();
            problem = kv.Put(put.Namespace, put.Key, put.Value);
        }
        else
        {
            var delete = request.ReadHeader<DeleteKVConfigRequestHeader>();
            kv.Delete(delete.Namespace, delete.Key);
        }

        var code = problem is null ? ResponseCode.Success : ResponseCode.SystemError;
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(code, problem));
    }
}
