namespace Rocketeer.Broker.Statistics;

/// <summary>Names of the original's item tables (request 315).</summary>
internal static class StatsNames
{
    public const string TopicPutNums = "TOPIC_PUT_NUMS";
    public const string TopicPutSize = "TOPIC_PUT_SIZE";
    public const string GroupGetNums = "GROUP_GET_NUMS";
    public const string GroupGetSize = "GROUP_GET_SIZE";
    public const string GroupGetLatency = "GROUP_GET_LATENCY";
    public const string SendBackPutNums = "SNDBCK_PUT_NUMS";
    public const string BrokerPutNums = "BROKER_PUT_NUMS";
    public const string BrokerGetNums = "BROKER_GET_NUMS";
    public const string GroupGetFromDiskNums = "GROUP_GET_FROM_DISK_NUMS";
    public const string GroupGetFromDiskSize = "GROUP_GET_FROM_DISK_SIZE";
    public const string BrokerGetFromDiskNums = "BROKER_GET_FROM_DISK_NUMS";
    public const string BrokerGetFromDiskSize = "BROKER_GET_FROM_DISK_SIZE";

    /// <summary>Last values instead of sums, as 315 cannot ask for them: <see cref="BrokerStatistics.FallSizes"/>.</summary>
    public const string GroupGetFallSize = "GROUP_GET_FALL_SIZE";

    /// <summary>Last values instead of sums, as 315 cannot ask for them: <see cref="BrokerStatistics.FallTimes"/>.</summary>
    public const string GroupGetFallTime = "GROUP_GET_FALL_TIME";

    /// <summary>
    /// Every table that something feeds. The original declares COMMERCIAL_SEND_TIMES, COMMERCIAL_SNDBCK_TIMES, COMMERCIAL_RCV_TIMES,
    /// COMMERCIAL_RCV_EPOLLS, COMMERCIAL_SEND_SIZE, COMMERCIAL_RCV_SIZE and COMMERCIAL_PERM_FAILURES as well, for hooks that it does not
    /// have; asked for, they do not exist, there as here.
    /// </summary>
    public static IReadOnlyList<string> All { get; } =
    [
        TopicPutNums, TopicPutSize, GroupGetNums, GroupGetSize, GroupGetLatency, SendBackPutNums, BrokerPutNums, BrokerGetNums,
        GroupGetFromDiskNums, GroupGetFromDiskSize, BrokerGetFromDiskNums, BrokerGetFromDiskSize,
    ];
}
