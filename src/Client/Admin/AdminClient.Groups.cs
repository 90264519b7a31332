using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Admin;

/// <content>Producer and consumer groups.</content>
public sealed partial class AdminClient
{
    /// <summary>Creates a consumer group on a broker, or changes it.</summary>
    public async Task CreateGroupAsync(string brokerAddress, SubscriptionGroupConfig settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (NameRules.FaultOfGroup(settings.GroupName) is { } fault)
        {
            throw new ArgumentException(fault, nameof(settings));
        }

        await AskBrokerAsync(
            brokerAddress, RequestCode.UpdateAndCreateSubscriptiongroup, null, cancellationToken, BodyJson.Serialize(settings)).ConfigureAwait(false);
    }

    /// <summary>Creates a consumer group on every master of a cluster, or changes it.</summary>
    /// <returns>The masters that have it now.</returns>
    public async Task<IReadOnlyList<string>> CreateGroupInClusterAsync(
        string cluster, SubscriptionGroupConfig settings, CancellationToken cancellationToken = default)
    {
        var masters = await MastersOfAsync(cluster, cancellationToken).ConfigureAwait(false);
        foreach (var master in masters)
        {
            await CreateGroupAsync(master, settings, cancellationToken).ConfigureAwait(false);
        }

        return masters;
    }

    /// <summary>Deletes a consumer group from a broker.</summary>
    public async Task DeleteGroupAsync(string brokerAddress, string group, CancellationToken cancellationToken = default) =>
        await AskBrokerAsync(
            brokerAddress, RequestCode.DeleteSubscriptiongroup, new DeleteSubscriptionGroupRequestHeader { GroupName = group }, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>All consumer groups that one broker knows.</summary>
    public Task<SubscriptionGroupWrapper> GetGroupConfigsAsync(string brokerAddress, CancellationToken cancellationToken = default) =>
        AskBrokerAsync<SubscriptionGroupWrapper>(brokerAddress, RequestCode.GetAllSubscriptiongroupConfig, null, cancellationToken);

    /// <summary>Names of the consumer groups that the masters of a cluster, or of all clusters, know; sorted.</summary>
    public async Task<IReadOnlyList<string>> GetGroupsAsync(string? cluster = null, CancellationToken cancellationToken = default)
    {
        var groups = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var master in await GetMastersAsync(cluster, cancellationToken).ConfigureAwait(false))
        {
            groups.UnionWith((await GetGroupConfigsAsync(master, cancellationToken).ConfigureAwait(false)).SubscriptionGroupTable.Keys);
        }

        return [.. groups];
    }

    /// <summary>Names of the consumer groups that consumed a topic or are connected for it; sorted.</summary>
    public async Task<IReadOnlyList<string>> GetGroupsOfTopicAsync(string topic, CancellationToken cancellationToken = default)
    {
        var groups = new SortedSet<string>(StringComparer.Ordinal);
        var header = new QueryTopicConsumeByWhoRequestHeader { Topic = topic };
        foreach (var (_, address) in await BrokersOfAsync(topic, cancellationToken).ConfigureAwait(false))
        {
            groups.UnionWith((await AskBrokerAsync<GroupList>(address, RequestCode.QueryTopicConsumeByWho, header, cancellationToken)
                .ConfigureAwait(false)).Groups);
        }

        return [.. groups];
    }

    /// <summary>Clients of a consumer group that are connected to a broker. Refused with CONSUMER_NOT_ONLINE if there is none.</summary>
    public Task<ConsumerConnection> GetConsumerConnectionsAsync(string brokerAddress, string group, CancellationToken cancellationToken = default) =>
        AskBrokerAsync<ConsumerConnection>(
            brokerAddress, RequestCode.GetConsumerConnectionList, new GetConsumerConnectionListRequestHeader { ConsumerGroup = group }, cancellationToken);

    /// <summary>Clients of a consumer group, from the first broker of its retry topic that knows any; <see langword="null"/> if nobody is online.</summary>
    /// <exception cref="RouteNotFoundException">The group never consumed: it has no retry topic.</exception>
    public async Task<ConsumerConnection?> FindConsumerConnectionsAsync(string group, CancellationToken cancellationToken = default)
    {
        foreach (var (_, address) in await BrokersOfAsync(TopicNames.RetryOf(group), cancellationToken).ConfigureAwait(false))
        {
            try
            {
                return await GetConsumerConnectionsAsync(address, group, cancellationToken).ConfigureAwait(false);
            }
            catch (BrokerRejectedException nobody) when (nobody.ResponseCode == ResponseCode.ConsumerNotOnline)
            {
                continue;
            }
        }

        return null;
    }

    /// <summary>Clients of a producer group that are connected to a broker.</summary>
    public Task<ProducerConnection> GetProducerConnectionsAsync(string brokerAddress, string group, CancellationToken cancellationToken = default) =>
        AskBrokerAsync<ProducerConnection>(
            brokerAddress, RequestCode.GetProducerConnectionList, new GetProducerConnectionListRequestHeader { ProducerGroup = group }, cancellationToken);

    /// <summary>Clients of a producer group, over all brokers of a topic that it sends to; empty if nobody is online.</summary>
    public async Task<IReadOnlyList<Connection>> FindProducerConnectionsAsync(string group, string topic, CancellationToken cancellationToken = default)
    {
        var clients = new Dictionary<string, Connection>(StringComparer.Ordinal);
        foreach (var (_, address) in await BrokersOfAsync(topic, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                foreach (var client in (await GetProducerConnectionsAsync(address, group, cancellationToken).ConfigureAwait(false)).ConnectionSet)
                {
                    clients[client.ClientId] = client;
                }
            }
            catch (BrokerRejectedException nobody) when (nobody.ResponseCode == ResponseCode.SystemError)
            {
                continue;
            }
        }

        return [.. clients.Values];
    }

    /// <summary>
    /// How far a consumer group is: committed and next offset of every queue, of one topic or of all, from all brokers of its retry topic
    /// (or of the topic, if one is given). The lag of a queue is the difference.
    /// </summary>
    public async Task<ConsumeStats> GetConsumeStatsAsync(string group, string? topic = null, CancellationToken cancellationToken = default)
    {
        var all = new ConsumeStats();
        var header = new GetConsumeStatsRequestHeader { ConsumerGroup = group, Topic = topic };
        foreach (var (_, address) in await BrokersOfAsync(topic ?? TopicNames.RetryOf(group), cancellationToken).ConfigureAwait(false))
        {
            var part = await AskBrokerAsync<ConsumeStats>(address, RequestCode.GetConsumeStats, header, cancellationToken).ConfigureAwait(false);
            all.ConsumeTps += part.ConsumeTps;
            foreach (var (queue, offsets) in part.OffsetTable)
            {
                all.OffsetTable[queue] = offsets;
            }
        }

        return all;
    }

    /// <summary>Messages that a consumer group has not consumed yet, over all queues of a topic or of all topics.</summary>
    public async Task<long> GetLagAsync(string group, string? topic = null, CancellationToken cancellationToken = default)
    {
        var stats = await GetConsumeStatsAsync(group, topic, cancellationToken).ConfigureAwait(false);
        return stats.OffsetTable.Values.Sum(offsets => Math.Max(0, offsets.BrokerOffset - Math.Max(0, offsets.ConsumerOffset)));
    }
}
