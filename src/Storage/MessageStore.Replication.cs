using Rocketeer.Storage.Replication;

namespace Rocketeer.Storage;

// What replication and a change of role need of the store.
public sealed partial class MessageStore
{
    /// <summary>The log as replication sees it.</summary>
    public ReplicationLog Replication { get; }

    /// <summary>
    /// Makes a slave's store ready for a master's appends: cuts off a record that only came by half, brings the queues up to the log, takes
    /// the next queue offsets from them. Nothing of a master may be appended meanwhile. Blocks for as long as dispatch is behind.
    /// </summary>
    /// <exception cref="StoreException">The queues cannot be brought up to the log.</exception>
    public void PrepareToLead()
    {
        try
        {
            _log.Flush(leastPages: 0); // what is staged becomes readable
            Replication.CutOff(_log.MaxOffset, keep: false);
            if (!_dispatcher.TryDrain(skipUnreadable: true))
            {
                throw new StoreException(
                    $"{_dispatcher.BehindBytes} bytes of the log are not in the queues, because the disk is full; free space and try again.");
            }
        }
        catch (IOException e)
        {
            throw new StoreException($"The queues cannot be brought up to the log: {e.Message}", e);
        }

        RefreshQueueOffsets();
    }

    // Queues and index before the log: should this be interrupted, recovery builds them again from what is left of it.
    private DivergedTail? CutOff(long offset, bool keep)
    {
        DivergedTail? tail = null;
        _log.Flush(leastPages: 0);
        var end = _log.MaxOffset;
        var boundary = _log.BoundaryAtOrBefore(offset, out var lastTimestamp);
        if (boundary >= end)
        {
            return null;
        }

        var from = Math.Max(boundary, _log.MinOffset);
        if (from == _log.MinOffset)
        {
            boundary = 0; // nothing is left, and what comes next may begin anywhere
        }

        _logger.CuttingOff(from, end - from);
        _dispatcher.Rewind(boundary, () =>
        {
            // What recovery believes to be on the disk must not reach into what follows, whose times may be earlier.
            _checkpoint.LogTimestamp = Math.Min(_checkpoint.LogTimestamp, lastTimestamp);
            _checkpoint.QueuesTimestamp = Math.Min(_checkpoint.QueuesTimestamp, lastTimestamp);
            _queues.Rewind(lastTimestamp);
            _checkpoint.Save();
            tail = keep
                ? TailKeeper.Keep(_disk, _log.Files, from, end, _options.RootDirectory, _clock.GetLocalNow())
                : null;
            _queues.TruncateAfter(boundary);
            _checkpoint.IndexTimestamp = Math.Min(_checkpoint.IndexTimestamp, _index.TruncateAfter(boundary));
            _checkpoint.Save();
            _log.TruncateTo(boundary, lastTimestamp);
        });
        return tail;
    }
}
