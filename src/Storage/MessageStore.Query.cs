using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Queues;

namespace Rocketeer.Storage;

// Queries by key, and the queues that an administrator drops.
public sealed partial class MessageStore
{
    private const int QueryRounds = 3;

    /// <summary>
    /// Finds messages by key through the index (store.md section 10.3). Keys are found by their hash: messages with another key of the same
    /// hash are among the result, and the client drops them, as with the original.
    /// </summary>
    /// <param name="topic">Topic.</param>
    /// <param name="key">A key of the message, or its unique key.</param>
    /// <param name="maxMessages">At most so many, and at most <see cref="StoreOptions.MaxQueryMessages"/>.</param>
    /// <param name="beginTimestamp">Earliest store time, milliseconds since 1970.</param>
    /// <param name="endTimestamp">Latest store time, milliseconds since 1970.</param>
    /// <returns>The raw records, and the newest index file's end values (0 when nothing was found).</returns>
    public QueryResult Query(string topic, string key, int maxMessages, long beginTimestamp, long endTimestamp)
    {
        var max = Math.Min(maxMessages, _options.MaxQueryMessages);
        var records = new List<byte[]>();
        var (lastTimestamp, lastOffset) = (0L, 0L);
        for (var round = 0; round < QueryRounds && records.Count == 0 && endTimestamp >= beginTimestamp; round++)
        {
            var offsets = _index.Query(topic, key, max, beginTimestamp, endTimestamp);
            if (offsets.Count == 0)
            {
                break;
            }

            (lastTimestamp, lastOffset) = (_index.EndTimestamp, _index.EndOffset);
            offsets.Sort();
            foreach (var offset in offsets)
            {
                if (ReadRecord(offset) is { } record)
                {
                    records.Add(record);
                }
            }

            // Nothing readable: what the index pointed to was deleted. Older entries are the only ones left to try.
            endTimestamp = _log.StoreTimestampAt(offsets[0]) is >= 0 and var time ? time : endTimestamp;
        }

        return new QueryResult(records, lastTimestamp, lastOffset);
    }

    /// <summary>
    /// Drops the queues of topics that are not in the set (requests 215 and 316); the schedule topic stays, and so does a queue to which a
    /// message is on its way.
    /// </summary>
    /// <returns>Number of topics dropped.</returns>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public int DropUnusedTopics(IReadOnlySet<string> topicsInUse)
    {
        ArgumentNullException.ThrowIfNull(topicsInUse);
        var unused = _queues.Topics.Where(topic => topic != TopicNames.Schedule && !topicsInUse.Contains(topic)).ToHashSet(StringComparer.Ordinal);
        foreach (var queue in _queues.All.Where(queue => unused.Contains(queue.Topic)).ToList())
        {
            if (!Drop(queue))
            {
                unused.Remove(queue.Topic);
            }
        }

        return unused.Count;
    }

    /// <summary>Drops queues whose messages are all deleted from the log (request 306); those of the schedule topic stay.</summary>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public void DropExpiredQueues()
    {
        var minCommitOffset = _log.MinOffset;
        foreach (var queue in _queues.All.Where(queue => queue.Topic != TopicNames.Schedule))
        {
            if (queue.LastCommitEnd() is >= 0 and var end && end < minCommitOffset)
            {
                Drop(queue);
            }
        }
    }

    // Under the append lock, and only when every message of the queue was dispatched: one that is on its way would come to the successor with
    // an offset that the successor, which begins at 0, takes for a repetition of later ones. Such a queue is in use; it stays.
    private bool Drop(ConsumeQueue queue) => _queues.Drop(queue, forget => _log.WhileNotAppending(offsets =>
    {
        if (offsets.NextOf(queue.Topic, queue.QueueId) <= queue.MaxOffset)
        {
            offsets.Remove(queue.Topic, queue.QueueId);
            forget();
        }
    }));
}
