using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>Remembers how far a group has consumed each queue. Reads and updates are in memory; thread-safe.</summary>
internal interface IOffsetStore
{
    /// <summary>Reads what an earlier run left behind, where that is kept locally.</summary>
    ValueTask LoadAsync(CancellationToken cancellationToken);

    /// <summary>The remembered offset, or null.</summary>
    long? Read(MessageQueue queue);

    /// <summary>Asks the place where offsets are kept, and remembers the answer.</summary>
    /// <returns>Null when there is no offset yet.</returns>
    /// <exception cref="RocketeerException">The place cannot be reached now; nothing is known.</exception>
    ValueTask<long?> FetchAsync(MessageQueue queue, CancellationToken cancellationToken);

    /// <summary>Remembers an offset.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="offset">First offset that is not consumed.</param>
    /// <param name="increaseOnly">True to keep a higher one.</param>
    void Update(MessageQueue queue, long offset, bool increaseOnly);

    /// <summary>Keeps one offset for good and returns when that is done.</summary>
    /// <exception cref="RocketeerException">The place cannot be reached now.</exception>
    ValueTask PersistAsync(MessageQueue queue, CancellationToken cancellationToken);

    /// <summary>Keeps the offsets of these queues and forgets all others; a failure is logged and repaired by the next call.</summary>
    ValueTask PersistAllAsync(IReadOnlyCollection<MessageQueue> held, CancellationToken cancellationToken);

    /// <summary>Forgets a queue that is not held any more.</summary>
    void Forget(MessageQueue queue);

    /// <summary>The remembered offsets of a topic.</summary>
    IReadOnlyDictionary<MessageQueue, long> Snapshot(string topic);
}
