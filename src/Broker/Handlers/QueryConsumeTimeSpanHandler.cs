using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>QUERY_CONSUME_TIME_SPAN 303: from when to when the messages of a topic are, and up to when a group has consumed them.</summary>
internal sealed class QueryConsumeTimeSpanHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var header = request.ReadHeader<QueryConsumeTimeSpanRequestHeader>();
        if (broker.Topics.Find(header.Topic) is not { } topic)
        {
            return Answer.Failure(ResponseCode.TopicNotExist, $"topic[{header.Topic}] not exist");
        }

        return Answer.Json(new QueryConsumeTimeSpanBody
        {
            ConsumeTimeSpanSet = [.. Enumerable.Range(0, topic.WriteQueueNums).Select(queueId => SpanOf(header, queueId))],
        });
    }

    private QueueTimeSpan SpanOf(in QueryConsumeTimeSpanRequestHeader header, int queueId)
    {
        var store = broker.Store;
        var first = store.StoreTimestamp(header.Topic, queueId, store.MinOffset(header.Topic, queueId));
        var end = store.MaxOffset(header.Topic, queueId);
        var consumed = broker.Offsets.Find(header.Group, header.Topic, queueId);
        var next = consumed < end ? store.StoreTimestamp(header.Topic, queueId, Math.Max(0, consumed)) : -1;
        return new QueueTimeSpan
        {
            MessageQueue = new MessageQueue(header.Topic, broker.Identity.Name, queueId),
            MinTimeStamp = first,
            MaxTimeStamp = store.StoreTimestamp(header.Topic, queueId, end - 1),
            ConsumeTimeStamp = consumed > 0 ? store.StoreTimestamp(header.Topic, queueId, consumed - 1) : first,
            DelayTime = next > 0 ? Math.Max(0, broker.Clock.GetUtcNow().ToUnixTimeMilliseconds() - next) : 0,
        };
    }
}
