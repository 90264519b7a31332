using Microsoft.Extensions.Logging;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Consumers;

/// <summary>Every ten seconds removes clients that sent no heartbeat for two minutes, and closes their connections.</summary>
internal sealed class ClientHousekeeping(
    ConsumerGroups consumers, ProducerGroups producers, QueueLocks locks, TimeProvider clock, ILogger<ClientHousekeeping> logger) : IDisposable
{
    /// <summary>Longest silence of a client.</summary>
    public static readonly TimeSpan SilenceAllowed = TimeSpan.FromSeconds(120);

    /// <summary>Time between two scans.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private ITimer? _timer;

    /// <summary>Begins to scan.</summary>
    public void Start() => _timer = clock.CreateTimer(_ => Scan(), null, Period, Period);

    /// <summary>A connection ended.</summary>
    public void ConnectionClosed(RemotingConnection connection)
    {
        consumers.ConnectionClosed(connection);
        producers.ConnectionClosed(connection);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    /// <summary>One scan.</summary>
    internal void Scan()
    {
        var silent = new HashSet<RemotingConnection>(consumers.RemoveSilent(SilenceAllowed));
        silent.UnionWith(producers.RemoveSilent(SilenceAllowed));
        locks.RemoveExpired();
        foreach (var connection in silent)
        {
            logger.ClientSilent(connection.RemoteAddress, (int)SilenceAllowed.TotalSeconds);
            _ = connection.CloseAsync();
        }
    }
}
