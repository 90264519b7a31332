using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Producing;

/// <summary>Chooses the queue of a message; must be fast, and is called once per send.</summary>
/// <param name="queues">Queues of the topic that can be written now, sorted by broker name and queue id; never empty.</param>
/// <param name="message">The message.</param>
public delegate MessageQueue QueueSelector(IReadOnlyList<MessageQueue> queues, Message message);

/// <summary>The selectors that the original's clients come with.</summary>
public static class QueueSelectors
{
    /// <summary>A random queue for each message.</summary>
    public static QueueSelector Random { get; } = static (queues, _) => queues[System.Random.Shared.Next(queues.Count)];

    /// <summary>
    /// The same queue for the same key as long as the topic has the same queues: the one a Java client's hash selector chooses for the
    /// same string.
    /// </summary>
    /// <param name="orderKey">What must stay in order, for example the number of an order.</param>
    public static QueueSelector ByKey(string orderKey)
    {
        ArgumentNullException.ThrowIfNull(orderKey);
        return (queues, _) => queues[IndexOf(JavaStringHash.Of(orderKey), queues.Count)];
    }

    /// <summary>Absolute value modulo count, as Java clients do; the one hash whose absolute value is negative goes to the first queue.</summary>
    internal static int IndexOf(int hash, int count) => hash == int.MinValue ? 0 : Math.Abs(hash) % count;
}
