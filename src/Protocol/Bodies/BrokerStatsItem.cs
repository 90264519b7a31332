namespace Rocketeer.Protocol.Bodies;

/// <summary>One statistic over one span of time.</summary>
public sealed record BrokerStatsItem
{
    /// <summary>Average per event.</summary>
    public double Avgpt { get; set; }

    /// <summary>Sum of the values.</summary>
    public long Sum { get; set; }

    /// <summary>Per second.</summary>
    public double Tps { get; set; }
}
