using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// How pulled messages reach the handler: concurrently, or in order. Acquiring, renewing and releasing are where an ordered consumption
/// takes, keeps and returns the broker's queue locks (41, 42); where there is no order they do nothing. Thread-safe.
/// </summary>
internal interface IConsumption
{
    /// <summary>True when the messages of a queue are handled one after the other.</summary>
    bool IsOrdered => false;

    /// <summary>Starts the workers.</summary>
    void Start();

    /// <summary>Asked before queues are taken.</summary>
    /// <returns>Those that may be taken; the others are asked for again at the next rebalance.</returns>
    ValueTask<IReadOnlyCollection<MessageQueue>> AcquireAsync(IReadOnlyCollection<MessageQueue> queues, CancellationToken cancellationToken) => new(queues);

    /// <summary>Called every <see cref="QueueLocks.RenewInterval"/> with the queues held.</summary>
    /// <returns>Those that are not ours any more, though nobody here gave them up: what is in memory of them must go.</returns>
    ValueTask<IReadOnlyCollection<MessageQueue>> RenewAsync(IReadOnlyCollection<MessageQueue> queues, CancellationToken cancellationToken) => new([]);

    /// <summary>Told when queues were given up and their offsets stored. Failures are logged.</summary>
    ValueTask ReleaseAsync(IReadOnlyCollection<MessageQueue> queues, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Told at the end, when all queues were given up, those too whose taking was broken off.</summary>
    ValueTask ReleaseAllAsync() => ValueTask.CompletedTask;

    /// <summary>Asked before each pull.</summary>
    bool MayPull(MessageQueue queue) => true;

    /// <summary>For running info (307): when the broker's lock was taken or renewed, milliseconds since 1970; null without a lock.</summary>
    long? LastLockMs(MessageQueue queue) => null;

    /// <summary>
    /// Where order counts: starts nothing more of a window that is to be given up, and completes when no handler works on it. What the last
    /// one returns still counts, so that the next owner goes on behind it.
    /// </summary>
    Task QuiesceAsync(ProcessQueue window) => Task.CompletedTask;

    /// <summary>Hands over messages that the window has just taken in.</summary>
    void Submit(ProcessQueue window, ArraySegment<MessageExt> messages);

    /// <summary>Deals with handlers that run too long.</summary>
    ValueTask ReapOverdueAsync(IReadOnlyCollection<ProcessQueue> windows, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Calls the handler at once, outside of any window; for code 309.</summary>
    /// <returns>Null when there is no handler.</returns>
    ValueTask<DirectConsumption?> ConsumeDirectlyAsync(MessageExt message, CancellationToken cancellationToken);

    /// <summary>Starts nothing more, waits for running handlers, then fires their tokens.</summary>
    Task StopAsync(TimeSpan grace);
}
