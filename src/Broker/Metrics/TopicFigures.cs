namespace Rocketeer.Broker.Metrics;

/// <summary>Figures of one topic, or of all that share a series.</summary>
internal struct TopicFigures
{
    /// <summary>Messages ever stored: the ends of its queues added up.</summary>
    public long Offset;

    /// <summary>Messages stored per second over the last minute.</summary>
    public double MessagesPerSecond;

    /// <summary>Bytes stored per second over the last minute.</summary>
    public double BytesPerSecond;
}

/// <summary>Figures of one group in one topic, or of all that share a series.</summary>
internal struct GroupFigures
{
    /// <summary>The ends of the topic's queues, added up.</summary>
    public long BrokerOffset;

    /// <summary>The group's offsets, added up.</summary>
    public long ConsumedOffset;

    /// <summary>Messages that the group has still to consume.</summary>
    public long Lag;

    /// <summary>Age of the oldest message that the group has still to consume, in milliseconds; 0 when there is none.</summary>
    public long LagMilliseconds;

    /// <summary>Messages read per second over the last minute.</summary>
    public double MessagesPerSecond;

    /// <summary>Bytes read per second over the last minute.</summary>
    public double BytesPerSecond;

    /// <summary>Messages given back per second over the last minute.</summary>
    public double GivenBackPerSecond;
}
