namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 315.</summary>
public sealed record BrokerStatsData
{
    /// <summary>Over a day.</summary>
    public BrokerStatsItem StatsDay { get; set; } = new();

    /// <summary>Over an hour.</summary>
    public BrokerStatsItem StatsHour { get; set; } = new();

    /// <summary>Over a minute.</summary>
    public BrokerStatsItem StatsMinute { get; set; } = new();
}
