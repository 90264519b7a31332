using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.Queues;

namespace Rocketeer.Storage.CommitLogs;

/// <summary>
/// The next queue offset of every queue. Topics are found without a lock, by their interned name; the offsets themselves belong to the
/// append lock.
/// </summary>
internal sealed class QueueOffsetTable
{
    private readonly ConcurrentDictionary<string, Topic> _topics = new(StringComparer.Ordinal);

    /// <summary>The entry of a topic, made when it is new.</summary>
    /// <returns><see langword="null"/> when the name is longer than 127 UTF-8 bytes, or cannot name a directory.</returns>
    public Topic? Find(string name) => _topics.TryGetValue(name, out var topic) ? topic : Add(name);

    /// <summary>Sets the next offset of a queue. Under the append lock.</summary>
    public void Set(string topic, int queueId, long next)
    {
        if (Find(topic) is { } entry)
        {
            entry.Next(queueId) = next;
        }
    }

    /// <summary>The next offset of a queue; 0 for an unknown one. Under the append lock.</summary>
    public long NextOf(string topic, int queueId) => _topics.TryGetValue(topic, out var entry) ? entry.Next(queueId) : 0;

    /// <summary>Forgets a queue. Under the append lock.</summary>
    public void Remove(string topic, int queueId)
    {
        if (_topics.TryGetValue(topic, out var entry))
        {
            entry.Forget(queueId);
        }
    }

    private Topic? Add(string name)
    {
        if (name.Length > MessageRecordLayout.MaxTopicBytes
            || !QueueStorage.IsUsableTopic(name)
            || Encoding.UTF8.GetByteCount(name) > MessageRecordLayout.MaxTopicBytes)
        {
            return null;
        }

        return _topics.GetOrAdd(name, static n => new Topic(n));
    }

    /// <summary>A topic: its bytes as they stand in records, and the next offset of each of its queues.</summary>
    internal sealed class Topic(string name)
    {
        private readonly Dictionary<int, long> _next = [];

        /// <summary>Name in UTF-8.</summary>
        public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

        /// <summary>The next offset of a queue, to read and to change. Under the append lock.</summary>
        public ref long Next(int queueId) => ref CollectionsMarshal.GetValueRefOrAddDefault(_next, queueId, out _);

        /// <summary>Forgets a queue. Under the append lock.</summary>
        public void Forget(int queueId) => _next.Remove(queueId);
    }
}
