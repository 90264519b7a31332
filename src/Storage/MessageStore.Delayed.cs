using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Queues;
using Rocketeer.Storage.Scheduling;

namespace Rocketeer.Storage;

// Delayed messages (store.md section 16): what the delivery sees of the store, and what the broker tells about it.
public sealed partial class MessageStore
{
    /// <summary>Progress of the delay levels as <c>delayOffset.json</c> has it: the answer to a slave (request 45).</summary>
    public string DelayOffsetsJson() => DelayOffsetFile.Format(_delayed.Progress);

    /// <summary>Queue offset of the schedule topic up to which each level is delivered; index 0 is level 1.</summary>
    public IReadOnlyList<long> DelayOffsets() => _delayed.Progress;

    /// <summary>Keeps the progress that a master told its slave (request 45): delivery goes on there when this store becomes a master.</summary>
    /// <param name="offsets">Next queue offset of the schedule topic by level. Ignored on a master.</param>
    /// <exception cref="StoreException">The progress kept so far cannot be read.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public void FollowDelayOffsets(IReadOnlyDictionary<int, long> offsets) => _delayed.Follow(offsets);

    private sealed class DelayedView(MessageStore store) : IDelayedStore
    {
        public ConsumeQueueSet Queues => store._queues;

        public ILogReader Log => store._log;

        public long FlushedOffset => store._log.FlushedOffset;

        public PutResult Put(in MessageToStore message) => store.PutNow(message);

        public Task<PutStatus> WaitDurableAsync(PutResult result, CancellationToken cancellationToken) =>
            store.WaitDurableAsync(result, cancellationToken);
    }
}
