using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// How pulled messages reach the handler: concurrently, or in order. The two acquire/release steps are where an ordered consumption
/// takes and returns the broker's queue locks (41, 42). Thread-safe.
/// </summary>
internal interface IConsumption
{
    /// <summary>True when the messages of a queue are handled one after the other.</summary>
    bool IsOrdered { get; }

    /// <summary>Starts the workers.</summary>
    void Start();

    /// <summary>Asked before a queue is taken.</summary>
    /// <returns>False to try again at the next rebalance.</returns>
    ValueTask<bool> TryAcquireAsync(MessageQueue queue, CancellationToken cancellationToken);

    /// <summary>Asked after a queue was dropped, before it is forgotten.</summary>
    /// <returns>False to try again at the next rebalance; nothing is started for it meanwhile.</returns>
    ValueTask<bool> TryReleaseAsync(ProcessQueue window, CancellationToken cancellationToken);

    /// <summary>Hands over messages that the window has just taken in.</summary>
    void Submit(ProcessQueue window, ArraySegment<MessageExt> messages);

    /// <summary>Deals with handlers that run too long.</summary>
    ValueTask ReapOverdueAsync(IReadOnlyCollection<ProcessQueue> windows, CancellationToken cancellationToken);

    /// <summary>Calls the handler at once, outside of any window; for code 309.</summary>
    ValueTask<DirectConsumption> ConsumeDirectlyAsync(MessageExt message, CancellationToken cancellationToken);

    /// <summary>Starts nothing more, waits for running handlers, then fires their tokens.</summary>
    Task StopAsync(TimeSpan grace);
}
