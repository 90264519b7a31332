namespace Rocketeer.Protocol.Bodies;

/// <summary>Expression of one group on one topic.</summary>
public sealed record ConsumerFilterData
{
    /// <summary>Bits of the group in the topic's Bloom filter.</summary>
    public BloomFilterData? BloomFilterData { get; set; }

    /// <summary>Registration, milliseconds since 1970.</summary>
    public long BornTime { get; set; }

    /// <summary>Version of the subscription.</summary>
    public long ClientVersion { get; set; }

    /// <summary>Consumer group.</summary>
    public string ConsumerGroup { get; set; } = "";

    /// <summary>True when the group went after it came.</summary>
    public bool Dead => DeadTime >= BornTime;

    /// <summary>When the group went, milliseconds since 1970; 0 while it is there.</summary>
    public long DeadTime { get; set; }

    /// <summary>The expression.</summary>
    public string Expression { get; set; } = "";

    /// <summary>Its language.</summary>
    public string ExpressionType { get; set; } = "";

    /// <summary>Topic name.</summary>
    public string Topic { get; set; } = "";
}
