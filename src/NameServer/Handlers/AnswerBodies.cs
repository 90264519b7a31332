using Rocketeer.NameServer.Routing;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.NameServer.Handlers;

/// <summary>Table entries as answers show them.</summary>
internal static class AnswerBodies
{
    public static QueueData Of(TopicQueues queues) => new()
    {
        BrokerName = queues.BrokerName,
        Perm = queues.Permission,
        ReadQueueNums = queues.ReadQueues,
        WriteQueueNums = queues.WriteQueues,
        TopicSynFlag = queues.SystemFlag,
    };

    public static BrokerData Of(BrokerGroup group) => new()
    {
        Cluster = group.Cluster,
        BrokerName = group.Name,
        BrokerAddrs = new Dictionary<long, string>(group.Addresses),
    };
}
