namespace Rocketeer.Storage;

// Queries by key, and the queues that an administrator drops.
public sealed partial class MessageStore
{
    /// <summary>Finds messages by key through the index (store.md section 10.3).</summary>
    /// <returns>The raw records, and the newest index file's end values.</returns>
    public QueryResult Query(string topic, string key, int maxMessages, long beginTimestamp, long endTimestamp) =>
        throw new NotImplementedException();

    /// <summary>Drops the queues of topics that are not in the set (requests 215 and 316).</summary>
    /// <returns>Number of topics dropped.</returns>
    public int DropUnusedTopics(IReadOnlySet<string> topicsInUse) => throw new NotImplementedException();

    /// <summary>Drops queues whose messages are all deleted from the log (request 306).</summary>
    public void DropExpiredQueues() => throw new NotImplementedException();
}
