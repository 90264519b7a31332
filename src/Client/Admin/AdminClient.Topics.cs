using Rocketeer.Client.Routing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Admin;

/// <content>Topics.</content>
public sealed partial class AdminClient
{
    /// <summary>Creates a topic on a broker, or changes it.</summary>
    /// <param name="brokerAddress">A master.</param>
    /// <param name="settings">What it shall be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">The topic cannot be called so.</exception>
    public async Task CreateTopicAsync(string brokerAddress, TopicSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (NameRules.FaultOfTopic(settings.Topic) is { } fault)
        {
            throw new ArgumentException(fault, nameof(settings));
        }

        var header = new UpdateAndCreateTopicRequestHeader
        {
            Topic = settings.Topic,
            DefaultTopic = TopicNames.AutoCreateTemplate,
            ReadQueueNums = settings.ReadQueues,
            WriteQueueNums = settings.WriteQueues,
            Perm = settings.Permission,
            TopicFilterType = settings.FilterType == TopicFilterType.MultiTag ? "MULTI_TAG" : "SINGLE_TAG",
            TopicSysFlag = settings.SystemFlag,
            Order = settings.IsOrdered,
        };
        await AskBrokerAsync(brokerAddress, RequestCode.UpdateAndCreateTopic, header, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates a topic on every master of a cluster, or changes it.</summary>
    /// <param name="cluster">Cluster name.</param>
    /// <param name="settings">What it shall be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The masters that have it now.</returns>
    public async Task<IReadOnlyList<string>> CreateTopicInClusterAsync(
        string cluster, TopicSettings settings, CancellationToken cancellationToken = default)
    {
        var masters = await MastersOfAsync(cluster, cancellationToken).ConfigureAwait(false);
        foreach (var master in masters)
        {
            await CreateTopicAsync(master, settings, cancellationToken).ConfigureAwait(false);
        }

        return masters;
    }

    /// <summary>Deletes a topic from every master of a cluster, then from the name servers.</summary>
    public async Task DeleteTopicInClusterAsync(string cluster, string topic, CancellationToken cancellationToken = default)
    {
        foreach (var master in await MastersOfAsync(cluster, cancellationToken).ConfigureAwait(false))
        {
            await DeleteTopicOnBrokerAsync(master, topic, cancellationToken).ConfigureAwait(false);
        }

        await DeleteTopicOnNameServersAsync(topic, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a topic from one broker; the name servers go on telling clients of it.</summary>
    public async Task DeleteTopicOnBrokerAsync(string brokerAddress, string topic, CancellationToken cancellationToken = default) =>
        await AskBrokerAsync(brokerAddress, RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = topic }, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Deletes a topic from every name server; a broker that still has it brings it back when it changes.</summary>
    public Task DeleteTopicOnNameServersAsync(string topic, CancellationToken cancellationToken = default) =>
        TellNameServersAsync(RequestCode.DeleteTopicInNamesrv, new DeleteTopicRequestHeader { Topic = topic }, default, cancellationToken);

    /// <summary>Names of all topics, or of those of a cluster.</summary>
    public async Task<IReadOnlyList<string>> GetTopicsAsync(string? cluster = null, CancellationToken cancellationToken = default)
    {
        var answer = cluster is null
            ? await AskNameServerAsync(RequestCode.GetAllTopicListFromNameserver, null, cancellationToken).ConfigureAwait(false)
            : await AskNameServerAsync(RequestCode.GetTopicsByCluster, new GetTopicsByClusterRequestHeader { Cluster = cluster }, cancellationToken)
                .ConfigureAwait(false);
        return answer.Body.IsEmpty ? [] : Calls.Answers.BodyOf<TopicList>(answer).Topics;
    }

    /// <summary>Where a topic lives.</summary>
    /// <exception cref="RouteNotFoundException">No name server knows it.</exception>
    public async Task<TopicRoute> GetRouteAsync(string topic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        var route = await _client.LookUpRouteAsync(topic, cancellationToken).ConfigureAwait(false);
        return route ?? throw new RouteNotFoundException(topic, $"No name server knows topic '{topic}'; create it, or check the name.");
    }

    /// <summary>First and next offset of every queue of a topic, from all its brokers.</summary>
    public async Task<TopicStatsTable> GetTopicStatsAsync(string topic, CancellationToken cancellationToken = default)
    {
        var all = new TopicStatsTable();
        foreach (var (_, address) in await BrokersOfAsync(topic, cancellationToken).ConfigureAwait(false))
        {
            var header = new GetTopicStatsInfoRequestHeader { Topic = topic };
            var part = await AskBrokerAsync<TopicStatsTable>(address, RequestCode.GetTopicStatsInfo, header, cancellationToken).ConfigureAwait(false);
            foreach (var (queue, offsets) in part.OffsetTable)
            {
                all.OffsetTable[queue] = offsets;
            }
        }

        return all;
    }

    /// <summary>All topics of one broker with their settings.</summary>
    public Task<TopicConfigSerializeWrapper> GetTopicConfigsAsync(string brokerAddress, CancellationToken cancellationToken = default) =>
        AskBrokerAsync<TopicConfigSerializeWrapper>(brokerAddress, RequestCode.GetAllTopicConfig, null, cancellationToken);

    private async Task<IReadOnlyList<string>> MastersOfAsync(string cluster, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(cluster);
        var masters = await GetMastersAsync(cluster, cancellationToken).ConfigureAwait(false);
        return masters.Count > 0
            ? masters
            : throw new BrokerUnreachableException($"Cluster '{cluster}' has no master now; check the name and that its brokers run.");
    }
}
