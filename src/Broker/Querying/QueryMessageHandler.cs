using System.Text;
using Rocketeer.Broker.Configuration;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Querying;

/// <summary>
/// Finds messages by key: request 12 (reference: broker.md section 7). Of messages whose hash is the same by chance or by
/// design, those of other topics are left out, since the right to read was asked for this topic only; other keys are not, clients compare them.
/// </summary>
internal sealed class QueryMessageHandler(BrokerOptions options, MessageStore store) : IAsyncRequestHandler
{
    /// <inheritdoc/>
    public ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var query = request.ReadHeader<QueryMessageRequestHeader>();
        var most = query.UniqueKeyQuery ? options.Store.DefaultQueryMaxNum : query.MaxNum;
        var found = store.Query(query.Topic, query.Key, most, query.BeginTimestamp, query.EndTimestamp);
        var header = new QueryMessageResponseHeader
        {
            IndexLastUpdateTimestamp = found.IndexLastUpdateTimestamp,
            IndexLastUpdatePhyoffset = found.IndexLastUpdateOffset,
        };
        var topic = Encoding.UTF8.GetBytes(query.Topic);
        var records = found.Records.Where(record => MessageRecordView.TryParse(record, out var message) && message.Topic.SequenceEqual(topic)).ToList();
        return ValueTask.FromResult<RemotingCommand?>(records.Count == 0
            ? RemotingCommand.Response(ResponseCode.QueryNotFound, "can not find message, maybe time range not correct", header)
            : RemotingCommand.Response(ResponseCode.Success, null, header, Join(records)));
    }

    private static byte[] Join(IReadOnlyList<byte[]> records)
    {
        var body = new byte[records.Sum(record => record.Length)];
        var at = 0;
        foreach (var record in records)
        {
            record.CopyTo(body, at);
            at += record.Length;
        }

        return body;
    }
}
