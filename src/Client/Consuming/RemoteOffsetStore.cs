using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>Offsets that the brokers keep: clustering (reference: namesrv-and-client.md section E10).</summary>
internal sealed class RemoteOffsetStore(string group, IConsumerBackend backend, ILogger logger) : IOffsetStore
{
    private readonly ConcurrentDictionary<MessageQueue, long> _offsets = new();

    public ValueTask LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public long? Read(MessageQueue queue) => _offsets.TryGetValue(queue, out var offset) ? offset : null;

    public async ValueTask<long?> FetchAsync(MessageQueue queue, CancellationToken cancellationToken)
    {
        var offset = await backend.QueryOffsetAsync(group, queue, cancellationToken).ConfigureAwait(false);
        if (offset is { } known)
        {
            Update(queue, known, increaseOnly: false);
        }

        return offset;
    }

    public void Update(MessageQueue queue, long offset, bool increaseOnly) => OffsetTable.Update(_offsets, queue, offset, increaseOnly);

    public ValueTask PersistAsync(MessageQueue queue, CancellationToken cancellationToken) =>
        Read(queue) is { } offset
            ? backend.CommitOffsetAsync(group, queue, offset, awaitAnswer: true, cancellationToken)
            : ValueTask.CompletedTask;

    public async ValueTask PersistAllAsync(IReadOnlyCollection<MessageQueue> held, CancellationToken cancellationToken)
    {
        foreach (var (queue, offset) in _offsets)
        {
            if (!held.Contains(queue))
            {
                _offsets.TryRemove(queue, out _);
                continue;
            }

            try
            {
                await backend.CommitOffsetAsync(group, queue, offset, awaitAnswer: false, cancellationToken).ConfigureAwait(false);
            }
            catch (RocketeerException failure)
            {
                logger.OffsetPersistFailed(failure, group, queue);
            }
        }
    }

    public void Forget(MessageQueue queue) => _offsets.TryRemove(queue, out _);

    public IReadOnlyDictionary<MessageQueue, long> Snapshot(string topic) => OffsetTable.OfTopic(_offsets, topic);
}
