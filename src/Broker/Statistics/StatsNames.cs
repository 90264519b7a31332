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

    /// <summary>Every table that something feeds.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        TopicPutNums, TopicPutSize, GroupGetNums, GroupGetSize, GroupGetLatency, SendBackPutNums, BrokerPutNums, BrokerGetNums,
    ];
}
