using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>The offsets of a pull consumer as one of its streams sees them: the consumer itself stores them now and then, and forgets none.</summary>
internal sealed class SharedOffsetStore(IOffsetStore owned, Action<MessageQueue> changed) : IOffsetStore
{
    public ValueTask LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public long? Read(MessageQueue queue) => owned.Read(queue);

    public async ValueTask<long?> FetchAsync(MessageQueue queue, CancellationToken cancellationToken) =>
        owned.Read(queue) ?? await owned.FetchAsync(queue, cancellationToken).ConfigureAwait(false);

    public void Update(MessageQueue queue, long offset, bool increaseOnly)
    {
        changed(queue);
        owned.Update(queue, offset, increaseOnly);
    }

    public ValueTask PersistAsync(MessageQueue queue, CancellationToken cancellationToken) => owned.PersistAsync(queue, cancellationToken);

    public ValueTask PersistAllAsync(IReadOnlyCollection<MessageQueue> held, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Forget(MessageQueue queue)
    {
        // The offset is still the consumer's.
    }

    public IReadOnlyDictionary<MessageQueue, long> Snapshot(string topic) => owned.Snapshot(topic);
}
