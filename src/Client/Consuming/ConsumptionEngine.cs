using Rocketeer.Client.Diagnostics;
using Rocketeer.Client.Groups;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// What runs while a consumer is started: the division of the queues, their pull loops, the handlers, and the loops that store offsets,
/// renew locks and look for overdue messages. Thread-safe; started and stopped once.
/// </summary>
internal sealed class ConsumptionEngine : IAsyncDisposable
{
    private static readonly TimeSpan RebalanceInterval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestReapInterval = TimeSpan.FromMinutes(1);

    private readonly ConsumerContext _context;
    private readonly PeriodicLoop _rebalancing;
    private readonly PeriodicLoop _persisting;
    private readonly PeriodicLoop _locking;
    private readonly PeriodicLoop _reaping;
    private readonly MissingTopicWatch _missing;

    public ConsumptionEngine(ConsumerContext context, IConsumption consumption)
    {
        _context = context;
        Consumption = consumption;
        Rebalancer = new Rebalancer(context, consumption);
        var quarter = context.Options.ConsumeTimeout / 4;
        var reapInterval = quarter < LongestReapInterval ? quarter : LongestReapInterval;
        _rebalancing = Loop("rebalance", RebalanceInterval, RebalanceAsync);
        _persisting = Loop(
            "persist offsets", context.Backend.OffsetPersistInterval, token => context.Offsets.PersistAllAsync(HeldQueues, token).AsTask());
        _locking = Loop("renew locks", QueueLocks.RenewInterval, RenewLocksAsync);
        _reaping = Loop("overdue messages", reapInterval, token => consumption.ReapOverdueAsync(Rebalancer.Windows, token).AsTask());
        _missing = new MissingTopicWatch(context.Clock, _rebalancing.Wake);
        Rebalancer.Due += _rebalancing.Wake;
    }

    /// <summary>Name of the consumer group.</summary>
    public string Group => _context.Group;

    /// <summary>Who calls the handler.</summary>
    public IConsumption Consumption { get; }

    /// <summary>Who holds the queues.</summary>
    public Rebalancer Rebalancer { get; }

    /// <summary>The queues held now.</summary>
    public IReadOnlyCollection<MessageQueue> HeldQueues => Rebalancer.HeldQueues;

    /// <summary>Starts everything; queues are divided at the first <see cref="Wake"/>, or after 20 s.</summary>
    public void Start()
    {
        Consumption.Start();
        _rebalancing.Start();
        _persisting.Start();
        _locking.Start();
        _reaping.Start();
        ConsumerInstruments.Started(this);
    }

    /// <summary>Asks for a rebalance at once; does not wait for it.</summary>
    public void Wake() => _rebalancing.Wake();

    /// <summary>Stops pulling, lets running handlers finish within the grace, stores the offsets and gives the queues up.</summary>
    public async ValueTask DisposeAsync()
    {
        ConsumerInstruments.Stopped(this);
        await _rebalancing.DisposeAsync().ConfigureAwait(false);
        _missing.Dispose();
        await Rebalancer.StopPullingAsync().ConfigureAwait(false);
        await Consumption.StopAsync(_context.Options.StopGrace).ConfigureAwait(false);
        await _reaping.DisposeAsync().ConfigureAwait(false);
        await _locking.DisposeAsync().ConfigureAwait(false);
        await _persisting.DisposeAsync().ConfigureAwait(false);
        await _context.Offsets.PersistAllAsync(HeldQueues, CancellationToken.None).ConfigureAwait(false);
        await Rebalancer.ReleaseAllAsync().ConfigureAwait(false);
    }

    /// <summary>Messages of each topic, in the queues held, that are not consumed yet, as far as the last pulls know.</summary>
    public Dictionary<string, long> LagByTopic()
    {
        var lags = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var window in Rebalancer.Windows)
        {
            // Without an offset nothing was consumed yet of what is in the window; an empty one is at the end of what there is.
            var state = window.State;
            var at = _context.Offsets.Read(window.Queue) ?? (state.Count > 0 ? state.MinOffset : window.KnownEnd);
            lags[window.Queue.Topic] = lags.GetValueOrDefault(window.Queue.Topic) + Math.Max(0, window.KnownEnd - at);
        }

        return lags;
    }

    private async Task RebalanceAsync(CancellationToken cancellationToken)
    {
        await Rebalancer.RebalanceAsync(cancellationToken).ConfigureAwait(false);
        _missing.Report(Rebalancer.MissingTopics);
    }

    private async Task RenewLocksAsync(CancellationToken cancellationToken)
    {
        var lost = await Consumption.RenewAsync(HeldQueues, cancellationToken).ConfigureAwait(false);
        if (lost.Count > 0)
        {
            _context.Logger.QueueLocksLost(_context.Group, lost.Count, lost.First());
            await Rebalancer.AbandonAsync(lost, cancellationToken).ConfigureAwait(false);
        }
    }

    private PeriodicLoop Loop(string what, TimeSpan period, Func<CancellationToken, Task> turn) =>
        new($"{what} of {_context.Group}", period, turn, _context.Clock, _context.Logger);
}
