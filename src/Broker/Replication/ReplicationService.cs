using System.Net;
using Rocketeer.Broker.Configuration;
using Rocketeer.Storage;
using Microsoft.Extensions.Logging;

namespace Rocketeer.Broker.Replication;

/// <summary>
/// The replication of this broker's log, in both directions: as a master it serves slaves on the HA port, as a slave it follows a master.
/// Whoever performs a change of role calls, to make a master: <see cref="PrepareToLeadAsync"/>, then opens the write gate
/// (<see cref="StoreRole.Change"/>), then <see cref="Lead"/>; to make a slave: closes the gate, then <see cref="StepDownAsync"/>, then
/// <see cref="FollowAsync"/>. The calls are not meant to be made in parallel; <see cref="Status"/> may be read at any time.
/// </summary>
#pragma warning disable IDE0052, CA1822 // its shape, for those who call it
internal sealed class ReplicationService : IAsyncDisposable
{
    private readonly MessageStore _store;
    private readonly BrokerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;

    /// <summary>Creates the service; nothing is opened yet.</summary>
    public ReplicationService(MessageStore store, BrokerOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        _store = store;
        _options = options;
        _clock = clock;
        _loggers = loggers;
    }

    /// <summary>Where slaves connect. Known once <see cref="StartAsync"/> has run.</summary>
    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    /// <summary>What goes on.</summary>
    public ReplicationStatus Status => new([], null, 0);

    /// <summary>Opens the HA port. Slaves are turned away until <see cref="Lead"/>.</summary>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public Task StartAsync(int port, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Serves slaves from now on. May be called again to change whether senders wait.</summary>
    /// <param name="waitForReplica">True for SYNC_MASTER: senders wait for a slave.</param>
    public void Lead(bool waitForReplica)
    {
    }

    /// <summary>
    /// Stops to serve: slaves are disconnected and turned away, senders that wait for one are told what is true. The write gate is closed
    /// before.
    /// </summary>
    public Task StepDownAsync() => Task.CompletedTask;

    /// <summary>Follows a master from now on, instead of the one before. Asking for the one that is followed changes nothing.</summary>
    /// <param name="masterHaAddress"><c>host:port</c> of the master's HA port.</param>
    public Task FollowAsync(string masterHaAddress) => Task.CompletedTask;

    /// <summary>Stops to follow; completes when nothing of the master is appended any more.</summary>
    public Task StopFollowingAsync() => Task.CompletedTask;

    /// <summary>
    /// Makes the log ready for a master's appends: stops to follow, cuts off a record that only came by half, waits until every message is
    /// in its queue, and takes the next queue offsets from the queues. The write gate opens after it.
    /// </summary>
    /// <exception cref="StoreException">The queues cannot be brought up to the log; the sentence says why.</exception>
    public Task PrepareToLeadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Closes the port and the connections.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
