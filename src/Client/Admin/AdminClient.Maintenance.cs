using Rocketeer.Client.Calls;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Admin;

/// <content>Brokers from inside: statistics, queue entries, cleaning; and settings of topics that are kept apart.</content>
public sealed partial class AdminClient
{
    /// <summary>Messages per second and sums of the last minute, hour and day; <see langword="null"/> if the broker counted nothing by that key.</summary>
    /// <param name="brokerAddress">The broker.</param>
    /// <param name="statistic">What is counted, as <c>TOPIC_PUT_NUMS</c> (key: topic) or <c>GROUP_GET_NUMS</c> (key: topic@group).</param>
    /// <param name="key">Of what.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<BrokerStatsData?> GetBrokerStatisticAsync(
        string brokerAddress, string statistic, string key, CancellationToken cancellationToken = default)
    {
        try
        {
            var header = new ViewBrokerStatsDataRequestHeader { StatsName = statistic, StatsKey = key };
            return await AskBrokerAsync<BrokerStatsData>(brokerAddress, RequestCode.ViewBrokerStatsData, header, cancellationToken).ConfigureAwait(false);
        }
        catch (BrokerRejectedException none) when (none.ResponseCode == ResponseCode.SystemError)
        {
            return null;
        }
    }

    /// <summary>How far every group is in every queue of one broker.</summary>
    /// <param name="brokerAddress">The broker.</param>
    /// <param name="orderedOnly">Only topics whose messages are ordered.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ConsumeStatsList> GetBrokerConsumeStatsAsync(
        string brokerAddress, bool orderedOnly = false, CancellationToken cancellationToken = default) =>
        AskBrokerAsync<ConsumeStatsList>(
            brokerAddress, RequestCode.GetBrokerConsumeStats, new GetBrokerConsumeStatsRequestHeader { IsOrder = orderedOnly }, cancellationToken);

    /// <summary>Entries of a consume queue: where each message lies in the log, its size and tag code.</summary>
    /// <param name="brokerAddress">The broker.</param>
    /// <param name="topic">Topic.</param>
    /// <param name="queueId">Queue.</param>
    /// <param name="from">First entry.</param>
    /// <param name="count">Entries; the broker gives fewer where the queue or one of its files ends.</param>
    /// <param name="group">With it, each entry says whether the group's filter lets the message through.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<QueryConsumeQueueResponseBody> GetQueueEntriesAsync(
        string brokerAddress, string topic, int queueId, long from, int count, string? group = null, CancellationToken cancellationToken = default)
    {
        var header = new QueryConsumeQueueRequestHeader { Topic = topic, QueueId = queueId, Index = from, Count = count, ConsumerGroup = group };
        return Answers.BodyOf<QueryConsumeQueueResponseBody>(
            await AskBrokerAsync(brokerAddress, RequestCode.QueryConsumeQueue, header, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Makes a broker delete the files of queues whose messages are gone.</summary>
    public async Task CleanExpiredQueuesAsync(string brokerAddress, CancellationToken cancellationToken = default) =>
        await AskBrokerAsync(brokerAddress, RequestCode.CleanExpiredConsumequeue, null, cancellationToken).ConfigureAwait(false);

    /// <summary>Makes a broker delete the queues of topics that it does not have any more.</summary>
    public async Task CleanUnusedTopicsAsync(string brokerAddress, CancellationToken cancellationToken = default) =>
        await AskBrokerAsync(brokerAddress, RequestCode.CleanUnusedTopic, null, cancellationToken).ConfigureAwait(false);

    /// <summary>Changes what may be done with a topic on one broker, and nothing else of it.</summary>
    /// <param name="brokerAddress">A master.</param>
    /// <param name="topic">Topic.</param>
    /// <param name="permission"><see cref="Permissions"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was allowed before; <see langword="null"/> if the broker does not have the topic, which is left so.</returns>
    public async Task<int?> SetTopicPermissionAsync(
        string brokerAddress, string topic, int permission, CancellationToken cancellationToken = default)
    {
        var topics = await GetTopicConfigsAsync(brokerAddress, cancellationToken).ConfigureAwait(false);
        if (topics.TopicConfigTable.GetValueOrDefault(topic) is not { } now)
        {
            return null;
        }

        var settings = new TopicSettings
        {
            Topic = topic,
            ReadQueues = now.ReadQueueNums,
            WriteQueues = now.WriteQueueNums,
            Permission = permission,
            SystemFlag = now.TopicSysFlag,
            IsOrdered = now.Order,
        };
        await CreateTopicAsync(brokerAddress, settings, cancellationToken).ConfigureAwait(false);
        return now.Perm;
    }

    /// <summary>Clusters that have a topic; sorted.</summary>
    /// <exception cref="RouteNotFoundException">No name server knows it.</exception>
    public async Task<IReadOnlyList<string>> GetClustersOfTopicAsync(string topic, CancellationToken cancellationToken = default)
    {
        var route = await GetRouteAsync(topic, cancellationToken).ConfigureAwait(false);
        var info = await GetClusterAsync(cancellationToken).ConfigureAwait(false);
        return [.. info.ClusterAddrTable
            .Where(cluster => route.Brokers.Any(broker => cluster.Value.Contains(broker.Name)))
            .Select(cluster => cluster.Key)
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The order configuration of a topic, <c>broker:queues;broker:queues</c>; <see langword="null"/> if it has none.</summary>
    public Task<string?> GetOrderConfigAsync(string topic, CancellationToken cancellationToken = default) =>
        GetKvConfigAsync(TopicNames.OrderConfigNamespace, topic, cancellationToken);

    /// <summary>Fixes the brokers and queues of a topic for ordered sending, on every name server.</summary>
    /// <param name="topic">Topic.</param>
    /// <param name="configuration"><c>broker:queues;broker:queues</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task PutOrderConfigAsync(string topic, string configuration, CancellationToken cancellationToken = default) =>
        PutKvConfigAsync(TopicNames.OrderConfigNamespace, topic, configuration, cancellationToken);

    /// <summary>Removes the order configuration of a topic from every name server.</summary>
    public Task DeleteOrderConfigAsync(string topic, CancellationToken cancellationToken = default) =>
        DeleteKvConfigAsync(TopicNames.OrderConfigNamespace, topic, cancellationToken);

    /// <summary>Time at which the first message of a queue that is still there was stored; <see langword="null"/> if there is none.</summary>
    public async Task<DateTimeOffset?> GetEarliestStoreTimeAsync(MessageQueue queue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        var master = await MasterOfAsync(queue.Topic, queue.BrokerName, cancellationToken).ConfigureAwait(false);
        var header = new GetEarliestMessageStoreTimeRequestHeader { Topic = queue.Topic, QueueId = queue.QueueId };
        var answer = await AskBrokerAsync(master, RequestCode.GetEarliestMsgStoretime, header, cancellationToken).ConfigureAwait(false);
        var timestamp = Answers.HeaderOf<GetEarliestMessageStoreTimeResponseHeader>(answer).Timestamp;
        return timestamp > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(timestamp) : null;
    }
}
