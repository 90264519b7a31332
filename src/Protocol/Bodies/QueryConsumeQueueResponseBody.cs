namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 321.</summary>
public sealed record QueryConsumeQueueResponseBody
{
    /// <summary>Filter of the group, as text.</summary>
    public string? FilterData { get; set; }

    /// <summary>Offset behind the last entry.</summary>
    public long MaxQueueIndex { get; set; }

    /// <summary>Offset of the first entry.</summary>
    public long MinQueueIndex { get; set; }

    /// <summary>The entries.</summary>
    public List<ConsumeQueueData>? QueueData { get; set; }

    /// <summary>Subscription of the group.</summary>
    public SubscriptionData? SubscriptionData { get; set; }
}
