using System.Net;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Replication;

/// <summary>
/// The replication of this broker's log, in both directions: as a master it serves slaves on the HA port, as a slave it follows a master.
/// Whoever performs a change of role calls, to make a master: <see cref="PrepareToLeadAsync"/>, then opens the write gate
/// (<see cref="StoreRole.Change"/>), then <see cref="Lead"/>; to make a slave: closes the gate, then <see cref="StepDownAsync"/>, then
/// <see cref="FollowAsync"/>. Thread-safe, but changes of role are for one caller at a time.
/// </summary>
internal sealed class ReplicationService : IAsyncDisposable
{
    private readonly MessageStore _store;
    private readonly BrokerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SlaveListener _slaves;
    private readonly SemaphoreSlim _changing = new(1);
    private volatile MasterLink? _master;
    private bool _isDisposed;

    /// <summary>Creates the service; nothing is opened yet.</summary>
    public ReplicationService(MessageStore store, BrokerOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        _store = store;
        _options = options;
        _clock = clock;
        _logger = loggers.CreateLogger<ReplicationService>();
        _slaves = new SlaveListener(store.Replication, options, clock, _logger);
    }

    /// <summary>Where slaves connect. Known once <see cref="StartAsync"/> has run.</summary>
    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    /// <summary>What goes on.</summary>
    public ReplicationStatus Status => new(_slaves.Slaves(), _master?.Status, _store.Replication.ConfirmedOffset);

    /// <summary>Opens the HA port. Slaves are turned away until <see cref="Lead"/>.</summary>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public Task StartAsync(int port, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EndPoint = _slaves.Start(new IPEndPoint(IPAddress.Parse(_options.Network.BindAddress), port));
        return Task.CompletedTask;
    }

    /// <summary>Serves slaves from now on. May be called again to change whether senders wait.</summary>
    /// <param name="waitForReplica">True for SYNC_MASTER: senders wait for a slave.</param>
    public void Lead(bool waitForReplica)
    {
        _store.Replication.RequireReplica(waitForReplica);
        _slaves.Open();
    }

    /// <summary>
    /// Stops to serve: slaves are disconnected and turned away, senders that wait for one are told what is true. The write gate is closed
    /// before.
    /// </summary>
    public async Task StepDownAsync()
    {
        _store.WaitForAppends();
        await _slaves.CloseAsync("this broker is no longer a master");
        _store.Replication.AbandonReplicas();
    }

    /// <summary>Follows a master from now on, instead of the one before. Asking for the one that is followed changes nothing.</summary>
    /// <param name="masterHaAddress"><c>host:port</c> of the master's HA port.</param>
    public async Task FollowAsync(string masterHaAddress)
    {
        await _changing.WaitAsync();
        try
        {
            if (!_isDisposed && _master?.Address != masterHaAddress)
            {
                await EndFollowingAsync();
                _master = new MasterLink(masterHaAddress, _store.Replication, _options.Replication, _clock, _logger);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Stops to follow; completes when nothing of the master is appended any more.</summary>
    public async Task StopFollowingAsync()
    {
        await _changing.WaitAsync();
        try
        {
            await EndFollowingAsync();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>
    /// Makes the log ready for a master's appends: stops to follow, cuts off a record that only came by half, waits until every message is
    /// in its queue, and takes the next queue offsets from the queues. The write gate opens after it.
    /// </summary>
    /// <exception cref="StoreException">The queues cannot be brought up to the log; the sentence says why.</exception>
    public async Task PrepareToLeadAsync(CancellationToken cancellationToken)
    {
        await StopFollowingAsync();
        await Task.Run(_store.PrepareToLead, cancellationToken); // reads what dispatch has not read yet
    }

    /// <summary>Closes the port and the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _changing.WaitAsync();
        try
        {
            _isDisposed = true;
            await EndFollowingAsync();
        }
        finally
        {
            _changing.Release();
        }

        await _slaves.DisposeAsync();
    }

    private async Task EndFollowingAsync()
    {
        if (_master is { } master)
        {
            await master.DisposeAsync();
            _master = null;
        }
    }
}
