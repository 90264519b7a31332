namespace Rocketeer.Storage;

/// <summary>Told by dispatch about every message that became visible in its queue. Called on the dispatch thread; must be short.</summary>
public interface IMessageArrivalListener
{
    /// <summary>A message can be read.</summary>
    /// <param name="arrival">Valid during the call.</param>
    void OnArrival(in MessageArrival arrival);
}

/// <summary>A message that became visible.</summary>
public readonly ref struct MessageArrival
{
    /// <summary>Topic of the queue.</summary>
    public required string Topic { get; init; }

    /// <summary>Queue id.</summary>
    public required int QueueId { get; init; }

    /// <summary>Offset of the message in its queue.</summary>
    public required long QueueOffset { get; init; }

    /// <summary>Hash of the tag.</summary>
    public long TagsCode { get; init; }

    /// <summary>Store time, milliseconds since 1970.</summary>
    public long StoreTimestamp { get; init; }

    /// <summary>Properties string, UTF-8.</summary>
    public ReadOnlySpan<byte> Properties { get; init; }
}
