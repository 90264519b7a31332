namespace Rocketeer.Protocol.Bodies;

/// <summary>Bits of one group in a Bloom filter.</summary>
public sealed record BloomFilterData
{
    /// <summary>Length of the filter, bits.</summary>
    public int BitNum { get; set; }

    /// <summary>Positions of the bits.</summary>
    public int[] BitPos { get; set; } = [];
}
