using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rocketeer.Client.Calls;
using Rocketeer.Client.Routing;

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

    /// <summary>Version ordinal of the broker at an address as its last answer told, 0 if there was none.</summary>
    public int VersionOf(string address) => _versions.GetValueOrDefault(address);

    /// <summary>Sends one heartbeat to every broker and waits for the answers; failures are logged.</summary>
    public Task SendAsync(CancellationToken cancellationToken)
    {
        _ = (_clientId, _groups, _brokers, _calls, _logger, cancellationToken);
        throw new NotImplementedException();
    }

    /// <summary>Tells every broker that a group has left; failures are logged.</summary>
    public Task AnnounceLeaveAsync(IGroupMember member)
    {
        _ = (member, _clientId);
        throw new NotImplementedException();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _loop.DisposeAsync();
}
