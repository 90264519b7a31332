using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>
/// QUERY_CONSUMER_OFFSET 14. A group without an offset begins at 0 where the first message is still there and recent; otherwise the
/// client decides by its consume-from-where.
/// </summary>
internal sealed class QueryConsumerOffsetHandler(BrokerContext broker) : IRequestHandler
{
    /// <inheritdoc/>
    public void Handle(in CommandView request, Responder responder)
    {
        var header = request.ReadHeader<QueryConsumerOffsetRequestHeader>();
        var offset = broker.Offsets.Find(header.ConsumerGroup, header.Topic, header.QueueId);
        if (offset < 0 && BeginsAtZero(header))
        {
            offset = 0;
        }

        if (offset >= 0)
        {
            responder.Reply(ResponseCode.Success, new QueryConsumerOffsetResponseHeader { Offset = offset });
        }
        else
        {
            responder.Reply(ResponseCode.QueryNotFound, "Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first");
        }
    }

    private bool BeginsAtZero(in QueryConsumerOffsetRequestHeader header) =>
        broker.Store.MinOffset(header.Topic, header.QueueId) <= 0 && !broker.Store.IsInDisk(header.Topic, header.QueueId, 0);
}
