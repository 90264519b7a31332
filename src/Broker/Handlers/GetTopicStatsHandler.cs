using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_TOPIC_STATS_INFO 202: begin, end and last message of every queue.</summary>
internal sealed class GetTopicStatsHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var name = request.ReadHeader<GetTopicStatsInfoRequestHeader>().Topic;
        if (broker.Topics.Find(name) is not { } topic)
        {
            return Answer.Failure(ResponseCode.TopicNotExist, $"topic[{name}] not exist");
        }

        var table = new TopicStatsTable();
        for (var queueId = 0; queueId < topic.WriteQueueNums; queueId++)
        {
            var end = broker.Store.MaxOffset(name, queueId);
            table.OffsetTable[new MessageQueue(name, broker.Identity.Name, queueId)] = new TopicOffset
            {
                MinOffset = broker.Store.MinOffset(name, queueId),
                MaxOffset = end,
                LastUpdateTimestamp = end > 0 ? Math.Max(0, broker.Store.StoreTimestamp(name, queueId, end - 1)) : 0,
            };
        }

        return Answer.Json(table);
    }
}
