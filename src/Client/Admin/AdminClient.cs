using Rocketeer.Client.Calls;
using Rocketeer.Client.Routing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Client.Admin;

/// <summary>
/// Administration of a cluster: topics, groups, offsets, messages, brokers and name servers. Every call asks the servers; nothing is
/// cached. Calls fail with the leaves of <see cref="RocketeerException"/>: <see cref="BrokerRejectedException"/> where a server refuses,
/// <see cref="BrokerUnreachableException"/>, <see cref="RequestTimeoutException"/> and <see cref="NameServerUnavailableException"/> where
/// none answers. Thread-safe.
/// </summary>
public sealed partial class AdminClient
{
    private readonly RocketeerClient _client;

    internal AdminClient(RocketeerClient client) => _client = client;

    private TimeSpan Timeout => _client.Options.AdminTimeout;

    /// <summary>Every broker of every cluster, as a name server knows them.</summary>
    public async Task<ClusterInfo> GetClusterAsync(CancellationToken cancellationToken = default) =>
        Answers.BodyOf<ClusterInfo>(await AskNameServerAsync(RequestCode.GetBrokerClusterInfo, null, cancellationToken).ConfigureAwait(false));

    /// <summary>Addresses of the masters of a cluster, or of all clusters.</summary>
    /// <param name="cluster">Cluster name, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<string>> GetMastersAsync(string? cluster = null, CancellationToken cancellationToken = default)
    {
        var info = await GetClusterAsync(cancellationToken).ConfigureAwait(false);
        return [.. info.BrokerAddrTable.Values
            .Where(broker => cluster is null || info.ClusterAddrTable.GetValueOrDefault(cluster)?.Contains(broker.BrokerName) == true)
            .Where(broker => broker.BrokerAddrs.ContainsKey(BrokerRoute.MasterId))
            .OrderBy(broker => broker.BrokerName, StringComparer.Ordinal)
            .Select(broker => broker.BrokerAddrs[BrokerRoute.MasterId])];
    }

    private async Task<RemotingCommand> AskNameServerAsync(RequestCode code, ICommandHeader? header, CancellationToken cancellationToken)
    {
        var answer = await _client.NameServers.InvokeUntilAsync(
            () => RemotingCommand.Request(code, header), static answer => answer.ResponseCode == ResponseCode.Success, cancellationToken)
            .ConfigureAwait(false);
        return answer.ResponseCode == ResponseCode.Success
            ? answer
            : throw new BrokerRejectedException(answer.ResponseCode, answer.Remark, "The name server");
    }

    private Task<IReadOnlyList<RemotingCommand>> TellNameServersAsync(
        RequestCode code, ICommandHeader? header, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        _client.NameServers.InvokeAllAsync(() => RemotingCommand.Request(code, header, body), cancellationToken);

    private ValueTask<RemotingCommand> AskBrokerAsync(
        string address, RequestCode code, ICommandHeader? header, CancellationToken cancellationToken, ReadOnlyMemory<byte> body = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        return _client.Calls.InvokeExpectingSuccessAsync(address, RemotingCommand.Request(code, header, body), Timeout, cancellationToken);
    }

    private async Task<T> AskBrokerAsync<T>(string address, RequestCode code, ICommandHeader? header, CancellationToken cancellationToken) =>
        Answers.BodyOf<T>(await AskBrokerAsync(address, code, header, cancellationToken).ConfigureAwait(false));

    /// <summary>One address of each broker of a topic, masters preferred.</summary>
    private async Task<IReadOnlyList<(string Broker, string Address)>> BrokersOfAsync(string topic, CancellationToken cancellationToken)
    {
        var route = await GetRouteAsync(topic, cancellationToken).ConfigureAwait(false);
        return [.. route.Brokers
            .Where(broker => broker.Addresses.Count > 0)
            .Select(broker => (broker.Name, broker.Master ?? broker.Addresses.OrderBy(pair => pair.Key).First().Value))];
    }

    private async Task<string> MasterOfAsync(string topic, string brokerName, CancellationToken cancellationToken)
    {
        if (_client.Brokers.Master(brokerName) is { } known)
        {
            return known;
        }

        var route = await GetRouteAsync(topic, cancellationToken).ConfigureAwait(false);
        return route.Brokers.FirstOrDefault(broker => broker.Name == brokerName)?.Master
            ?? throw new BrokerUnreachableException($"Broker '{brokerName}' has no master now.");
    }
}
