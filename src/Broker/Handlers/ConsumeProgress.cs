using Rocketeer.Broker.Statistics;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Handlers;

/// <summary>How far a group is in a topic (requests 208 and 317).</summary>
internal static class ConsumeProgress
{
    /// <summary>Adds the queues of one topic and the rate at which the group reads it.</summary>
    public static void AddTo(ConsumeStats stats, BrokerContext broker, string group, string topic, int queues)
    {
        for (var queueId = 0; queueId < queues; queueId++)
        {
            var consumed = Math.Max(0, broker.Offsets.Find(group, topic, queueId));
            stats.OffsetTable[new MessageQueue(topic, broker.Identity.Name, queueId)] = new OffsetWrapper
            {
                BrokerOffset = Math.Max(0, broker.Store.MaxOffset(topic, queueId)),
                ConsumerOffset = consumed,
                LastTimestamp = consumed > 0 ? Math.Max(0, broker.Store.StoreTimestamp(topic, queueId, consumed - 1)) : 0,
            };
        }

        stats.ConsumeTps += broker.Statistics.GroupGetNums.Find(new StatsKey(topic, group))?.Minute().PerSecond ?? 0;
    }
}
