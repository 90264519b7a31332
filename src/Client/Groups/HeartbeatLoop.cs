using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rocketeer.Client.Calls;
using Rocketeer.Client.Routing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Client.Groups;

/// <summary>
/// Tells brokers which groups this client belongs to: masters only while there are only producers, all of them otherwise. Brokers forget
/// a client that is silent for 120 s. Thread-safe.
/// </summary>
internal sealed class HeartbeatLoop : IAsyncDisposable
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly string _clientId;
    private readonly GroupRegistry _groups;
    private readonly BrokerDirectory _brokers;
    private readonly BrokerCalls _calls;
    private readonly ILogger _logger;
    private readonly PeriodicLoop _loop;
    private readonly ConcurrentDictionary<string, int> _versions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _answers = new(StringComparer.Ordinal);   // by address: whether it answered

    public HeartbeatLoop(
        string clientId, GroupRegistry groups, BrokerDirectory brokers, BrokerCalls calls, TimeSpan period, TimeProvider clock, ILogger logger)
    {
        _clientId = clientId;
        _groups = groups;
        _brokers = brokers;
        _calls = calls;
        _logger = logger;
        _loop = new PeriodicLoop("heartbeat", period, SendAsync, clock, logger);
    }

    /// <summary>Begins, if it has not yet.</summary>
    public void Start() => _loop.Start();

    /// <summary>Asks for a heartbeat soon; does not wait for it.</summary>
    public void Wake() => _loop.Wake();

    /// <summary>Addresses whose version is known.</summary>
    internal int KnownVersions => _versions.Count;

    /// <summary>Version ordinal of the broker at an address as its last answer told, 0 if there was none.</summary>
    public int VersionOf(string address) => _versions.GetValueOrDefault(address);

    /// <summary>Those that did not answer the last heartbeat, and the number of all that were sent one.</summary>
    public (IReadOnlyCollection<string> Silent, int Targets) Answers() =>
        ([.. _answers.Where(answer => !answer.Value).Select(answer => answer.Key).Order(StringComparer.Ordinal)], _answers.Count);

    /// <summary>Sends one heartbeat to every broker and waits for the answers; failures are logged.</summary>
    public Task SendAsync(CancellationToken cancellationToken)
    {
        var heartbeat = new HeartbeatData { ClientID = _clientId };
        foreach (var member in _groups.Members)
        {
            member.Describe(heartbeat);
        }

        ForgetVanished();
        if (heartbeat.ConsumerDataSet.Count == 0 && heartbeat.ProducerDataSet.Count == 0)
        {
            return Task.CompletedTask;
        }

        ReadOnlyMemory<byte> body = BodyJson.Serialize(heartbeat);
        return Task.WhenAll(Targets(heartbeat.ConsumerDataSet.Count > 0)
            .Select(target => SendToAsync(target.Broker, target.Address, body, cancellationToken)));
    }

    /// <summary>Tells every broker that a group has left; failures are logged.</summary>
    public Task AnnounceLeaveAsync(IGroupMember member)
    {
        var header = new UnregisterClientRequestHeader
        {
            ClientId = _clientId,
            ProducerGroup = member.Role == GroupRole.Producer ? member.Group : null,
            ConsumerGroup = member.Role == GroupRole.Consumer ? member.Group : null,
        };
        return Task.WhenAll(Targets(slavesToo: true).Select(async target =>
        {
            try
            {
                var request = RemotingCommand.Request(RequestCode.UnregisterClient, header);
                await _calls.InvokeExpectingSuccessAsync(target.Address, request, Timeout, CancellationToken.None).ConfigureAwait(false);
            }
            catch (RocketeerException failure)
            {
                _logger.UnregisterFailed(failure, target.Broker, target.Address, member.Group);
            }
        }));
    }

    /// <summary>Addresses come and go with brokers; what is known of one goes with it.</summary>
    private void ForgetVanished()
    {
        var known = Targets(slavesToo: true).Select(target => target.Address).ToHashSet(StringComparer.Ordinal);
        foreach (var (address, _) in _versions)
        {
            if (!known.Contains(address))
            {
                _versions.TryRemove(address, out _);
            }
        }

        foreach (var (address, _) in _answers)
        {
            if (!known.Contains(address))
            {
                _answers.TryRemove(address, out _);
            }
        }
    }

    private async Task SendToAsync(string broker, string address, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            var request = RemotingCommand.Request(RequestCode.HeartBeat, body: body);
            var answer = await _calls.InvokeExpectingSuccessAsync(address, request, Timeout, cancellationToken).ConfigureAwait(false);
            _versions[address] = answer.Version;
            _answers[address] = true;
        }
        catch (RocketeerException failure)
        {
            _answers[address] = false;
            _logger.HeartbeatFailed(failure, broker, address);
        }
    }

    private IEnumerable<(string Broker, string Address)> Targets(bool slavesToo) => _brokers.Brokers.SelectMany(
        broker => broker.Addresses.Where(pair => slavesToo || pair.Key == BrokerRoute.MasterId),
        (broker, pair) => (broker.Name, pair.Value));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _loop.DisposeAsync();
}
