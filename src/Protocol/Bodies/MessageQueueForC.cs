namespace Rocketeer.Protocol.Bodies;

/// <summary>A queue with an offset.</summary>
public sealed record MessageQueueForC
{
    /// <summary>Name of the broker group.</summary>
    public string BrokerName { get; set; } = "";

    /// <summary>New offset.</summary>
    public long Offset { get; set; }

    /// <summary>Queue index.</summary>
    public int QueueId { get; set; }

    /// <summary>Topic name.</summary>
    public string Topic { get; set; } = "";
}
