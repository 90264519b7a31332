using System.Collections.Concurrent;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// Keeps what was read apart from what is committed: only a commit, and a reset from outside, reach the store behind it. Thread-safe.
/// </summary>
internal sealed class ManualOffsetStore(IOffsetStore committed) : IOffsetStore
{
    private readonly ConcurrentDictionary<MessageQueue, long> _positions = new();

    public ValueTask LoadAsync(CancellationToken cancellationToken) => committed.LoadAsync(cancellationToken);

    public long? Read(MessageQueue queue) => committed.Read(queue);

    public ValueTask<long?> FetchAsync(MessageQueue queue, CancellationToken cancellationToken) => committed.FetchAsync(queue, cancellationToken);

    /// <summary>Progress comes with <paramref name="increaseOnly"/>, resets from outside come without.</summary>
    public void Update(MessageQueue queue, long offset, bool increaseOnly)
    {
        if (increaseOnly)
        {
            OffsetTable.Update(_positions, queue, offset, increaseOnly);
        }
        else
        {
            _positions.TryRemove(queue, out _);
            committed.Update(queue, offset, increaseOnly);
        }
    }

    public ValueTask PersistAsync(MessageQueue queue, CancellationToken cancellationToken) => committed.PersistAsync(queue, cancellationToken);

    public ValueTask PersistAllAsync(IReadOnlyCollection<MessageQueue> held, CancellationToken cancellationToken) =>
        committed.PersistAllAsync(held, cancellationToken);

    public void Forget(MessageQueue queue)
    {
        _positions.TryRemove(queue, out _);
        committed.Forget(queue);
    }

    public IReadOnlyDictionary<MessageQueue, long> Snapshot(string topic) => committed.Snapshot(topic);

    /// <summary>The offset behind what was read of a queue, or null when nothing was.</summary>
    public long? PositionOf(MessageQueue queue) => _positions.TryGetValue(queue, out var position) ? position : null;

    /// <summary>Stores the positions of all queues and returns when that is done.</summary>
    /// <exception cref="RocketeerException">A broker could not be reached or refused; those before it have their offsets.</exception>
    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        foreach (var (queue, position) in _positions)
        {
            if (committed.Read(queue) != position)
            {
                await CommitAsync(queue, position, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Stores one offset and returns when that is done.</summary>
    /// <exception cref="RocketeerException">The broker could not be reached or refused.</exception>
    public ValueTask CommitAsync(MessageQueue queue, long offset, CancellationToken cancellationToken)
    {
        committed.Update(queue, offset, increaseOnly: false);
        return committed.PersistAsync(queue, cancellationToken);
    }
}
