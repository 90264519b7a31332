using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Operator.Topics;

/// <summary>A topic as one broker group has it.</summary>
/// <param name="Group">Name of the broker group.</param>
/// <param name="Config">Its configuration on the master; <see langword="null"/> when the master does not know the topic.</param>
/// <param name="Unread">
/// Messages that some consumer group has not read, by queue id; <see langword="null"/> when that was not asked for or nobody could tell.
/// </param>
internal sealed record ObservedTopic(string Group, TopicConfig? Config, IReadOnlyDictionary<int, long>? Unread = null)
{
    /// <summary>True when it is known that everything in queues from <paramref name="first"/> on is read.</summary>
    public bool IsReadOutFrom(int first) => Unread is not null && Unread.All(queue => queue.Key < first || queue.Value == 0);
}
