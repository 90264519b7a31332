namespace Rocketeer.Protocol.Messages;

/// <summary>One queue of a topic on one broker. Ordered by topic, broker name, queue id, as every client of a group must agree.</summary>
/// <param name="Topic">Topic name.</param>
/// <param name="BrokerName">Name of the broker group that holds the queue.</param>
/// <param name="QueueId">Index of the queue there, from 0.</param>
public sealed record MessageQueue(string Topic, string BrokerName, int QueueId) : IComparable<MessageQueue>
{
    /// <inheritdoc/>
    public int CompareTo(MessageQueue? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byTopic = string.CompareOrdinal(Topic, other.Topic);
        if (byTopic != 0)
        {
            return byTopic;
        }

        var byBroker = string.CompareOrdinal(BrokerName, other.BrokerName);
        return byBroker != 0 ? byBroker : QueueId.CompareTo(other.QueueId);
    }

    /// <summary>The original's text form; the consistent-hash strategy hashes it.</summary>
    public override string ToString() => $"MessageQueue [topic={Topic}, brokerName={BrokerName}, queueId={QueueId}]";

#pragma warning disable CS1591
    public static bool operator <(MessageQueue left, MessageQueue right) => left.CompareTo(right) < 0;

    public static bool operator >(MessageQueue left, MessageQueue right) => left.CompareTo(right) > 0;

    public static bool operator <=(MessageQueue left, MessageQueue right) => left.CompareTo(right) <= 0;

    public static bool operator >=(MessageQueue left, MessageQueue right) => left.CompareTo(right) >= 0;
#pragma warning restore CS1591
}
