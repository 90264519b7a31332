using Microsoft.Extensions.Logging;
using Rocketeer.Client;
using Rocketeer.Client.Admin;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Operator.Brokers;

/// <summary>The real cluster, through the client SDK.</summary>
internal sealed class ClusterAdmin : IClusterAdmin
{
    private const long MasterId = 0;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly RocketeerClient _client;
    private readonly IReadOnlyList<RocketeerClient> _each; // one per name server: the client asks one of them, and they do not talk to each other

    /// <summary>Creates the connections' owner; nothing is sent yet.</summary>
    /// <param name="nameServers">Addresses separated by semicolons, as in status.namesrvEndpoints.</param>
    /// <param name="credentials">The operator's account; <see langword="null"/> without access control.</param>
    /// <param name="clock">For waits.</param>
    /// <param name="loggers">Told of failures.</param>
    public ClusterAdmin(string nameServers, Credentials? credentials, TimeProvider clock, ILoggerFactory loggers)
    {
        _client = New(nameServers);
        var addresses = nameServers.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _each = addresses.Length == 1 ? [_client] : [.. addresses.Select(New)];

        RocketeerClient New(string servers) => new(
            new RocketeerClientOptions
            {
                NameServers = servers, Credentials = credentials, TimeProvider = clock, ConnectTimeout = Patience, NameServerTimeout = Patience, AdminTimeout = Patience,
            },
            loggers);
    }

    private AdminClient Admin => _client.Admin;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BrokerGroup>> GetBrokersAsync(string cluster, CancellationToken cancellationToken)
    {
        var known = await Admin.GetClusterAsync(cancellationToken);
        var names = known.ClusterAddrTable.GetValueOrDefault(cluster) ?? [];
        return [.. names.Order(StringComparer.Ordinal).Where(known.BrokerAddrTable.ContainsKey).Select(name =>
        {
            var addresses = known.BrokerAddrTable[name].BrokerAddrs;
            return new BrokerGroup(
                name, addresses.GetValueOrDefault(MasterId), [.. addresses.Where(pair => pair.Key != MasterId).OrderBy(pair => pair.Key).Select(pair => pair.Value)]);
        })];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, TopicConfig>> GetTopicsAsync(string broker, CancellationToken cancellationToken) =>
        (await Admin.GetTopicConfigsAsync(broker, cancellationToken)).TopicConfigTable;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, SubscriptionGroupConfig>> GetGroupsAsync(string broker, CancellationToken cancellationToken) =>
        (await Admin.GetGroupConfigsAsync(broker, cancellationToken)).SubscriptionGroupTable;

    /// <inheritdoc/>
    public Task PutTopicAsync(string broker, TopicConfig topic, CancellationToken cancellationToken) =>
        Admin.CreateTopicAsync(
            broker,
            new TopicSettings
            {
                Topic = topic.TopicName,
                ReadQueues = topic.ReadQueueNums,
                WriteQueues = topic.WriteQueueNums,
                Permission = topic.Perm,
                SystemFlag = topic.TopicSysFlag,
                FilterType = topic.TopicFilterType,
                IsOrdered = topic.Order,
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task DeleteTopicAsync(string broker, string topic, CancellationToken cancellationToken) =>
        Admin.DeleteTopicOnBrokerAsync(broker, topic, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteTopicRouteAsync(string topic, CancellationToken cancellationToken) => Admin.DeleteTopicOnNameServersAsync(topic, cancellationToken);

    /// <inheritdoc/>
    public Task PutGroupAsync(string broker, SubscriptionGroupConfig group, CancellationToken cancellationToken) =>
        Admin.CreateGroupAsync(broker, group, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteGroupAsync(string broker, string group, CancellationToken cancellationToken) => Admin.DeleteGroupAsync(broker, group, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<int, TopicOffset>> GetOffsetsAsync(string broker, string topic, CancellationToken cancellationToken)
    {
        try
        {
            var table = await Admin.GetTopicStatsOnBrokerAsync(broker, topic, cancellationToken);
            return table.OffsetTable.ToDictionary(pair => pair.Key.QueueId, pair => pair.Value);
        }
        catch (BrokerRejectedException unknown) when (unknown.ResponseCode == ResponseCode.TopicNotExist)
        {
            return new Dictionary<int, TopicOffset>();
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> GetReadersAsync(string broker, string topic, CancellationToken cancellationToken) =>
        Admin.GetGroupsOfTopicOnBrokerAsync(broker, topic, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GroupProgress>> GetProgressAsync(string broker, string group, string? topic, CancellationToken cancellationToken)
    {
        var stats = await Admin.GetConsumeStatsOnBrokerAsync(broker, group, topic, cancellationToken);
        return [.. stats.OffsetTable.Select(pair => new GroupProgress(
            pair.Key.Topic, pair.Key.QueueId, pair.Value.BrokerOffset, pair.Value.ConsumerOffset, pair.Value.LastTimestamp))];
    }

    /// <inheritdoc/>
    public Task<long> SearchOffsetAsync(string broker, string topic, int queue, DateTimeOffset time, CancellationToken cancellationToken) =>
        Admin.SearchOffsetOnBrokerAsync(broker, topic, queue, time, cancellationToken);

    /// <inheritdoc/>
    public Task SetOffsetAsync(string broker, string group, string topic, int queue, long offset, CancellationToken cancellationToken) =>
        Admin.SetConsumerOffsetOnBrokerAsync(broker, group, topic, queue, offset, cancellationToken);

    /// <inheritdoc/>
    public Task NotifyResetAsync(string broker, string group, string topic, long timestamp, CancellationToken cancellationToken) =>
        Admin.ResetOffsetsOnBrokerAsync(broker, topic, group, timestamp, cancellationToken);

    /// <inheritdoc/>
    public async Task<ConsumerConnection?> GetMembersAsync(string broker, string group, CancellationToken cancellationToken)
    {
        try
        {
            return await Admin.GetConsumerConnectionsAsync(broker, group, cancellationToken);
        }
        catch (BrokerRejectedException nobody) when (nobody.ResponseCode == ResponseCode.ConsumerNotOnline)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, string>> GetOrdersAsync(CancellationToken cancellationToken)
    {
        var all = await Task.WhenAll(_each.Select(server => server.Admin.GetKvConfigsAsync(TopicNames.OrderConfigNamespace, cancellationToken)));
        return all[0]
            .Where(order => all.All(orders => orders.GetValueOrDefault(order.Key) == order.Value))
            .ToDictionary(order => order.Key, order => order.Value, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public Task PutOrderAsync(string topic, string? value, CancellationToken cancellationToken) => value is null
        ? Admin.DeleteKvConfigAsync(TopicNames.OrderConfigNamespace, topic, cancellationToken)
        : Admin.PutKvConfigAsync(TopicNames.OrderConfigNamespace, topic, value, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var client in _each.Where(client => client != _client))
        {
            await client.DisposeAsync();
        }

        await _client.DisposeAsync();
    }
}
