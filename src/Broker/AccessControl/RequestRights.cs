using Rocketeer.Protocol.Commands;
using static Rocketeer.Broker.AccessControl.RequestRight;

namespace Rocketeer.Broker.AccessControl;

/// <summary>
/// What each request code needs (docs/access-control.md has this table for people). Every code that the broker handles stands here, which
/// a test holds; a code that does not is for administrators only.
/// </summary>
internal static class RequestRights
{
    private static readonly FieldNeed SubscribeTopic = new("topic", ResourceKind.Topic, Rights.Sub);
    private static readonly FieldNeed UseTopic = new("topic", ResourceKind.Topic, Rights.Any);
    private static readonly FieldNeed ConsumerGroup = new("consumerGroup", ResourceKind.Group, Rights.Sub);

    private static readonly Dictionary<RequestCode, RequestRight> Table = new()
    {
        [RequestCode.SendMessage] = Of(new FieldNeed("topic", ResourceKind.Topic, Rights.Pub)),
        [RequestCode.SendMessageV2] = Of(new FieldNeed("b", ResourceKind.Topic, Rights.Pub)),
        [RequestCode.SendBatchMessage] = Of(new FieldNeed("b", ResourceKind.Topic, Rights.Pub)),

        // Their handlers ask again, for the topic that the message really has.
        [RequestCode.ConsumerSendMsgBack] = Of(
            new FieldNeed("originTopic", ResourceKind.Topic, Rights.Sub, isOptional: true), new FieldNeed("group", ResourceKind.Group, Rights.Sub)),
        [RequestCode.ViewMessageById] = Signed,
        [RequestCode.EndTransaction] = Signed,

        [RequestCode.PullMessage] = Of(SubscribeTopic, ConsumerGroup),
        [RequestCode.QueryMessage] = Of(SubscribeTopic),
        [RequestCode.QueryConsumerOffset] = Of(SubscribeTopic, ConsumerGroup),
        [RequestCode.UpdateConsumerOffset] = Of(SubscribeTopic, ConsumerGroup),
        [RequestCode.GetConsumerListByGroup] = Of(ConsumerGroup),
        [RequestCode.UnregisterClient] = Of(new FieldNeed("consumerGroup", ResourceKind.Group, Rights.Sub, isOptional: true)),
        [RequestCode.HeartBeat] = Heartbeat,
        [RequestCode.LockBatchMq] = QueueLocks,
        [RequestCode.UnlockBatchMq] = QueueLocks,
        [RequestCode.CheckClientConfig] = Signed,

        [RequestCode.SearchOffsetByTimestamp] = Of(UseTopic),
        [RequestCode.GetMaxOffset] = Of(UseTopic),
        [RequestCode.GetMinOffset] = Of(UseTopic),
        [RequestCode.GetEarliestMsgStoretime] = Of(UseTopic),

        // They change what others rely on.
        [RequestCode.UpdateAndCreateTopic] = Admin,
        [RequestCode.DeleteTopicInBroker] = Admin,
        [RequestCode.UpdateBrokerConfig] = Admin,
        [RequestCode.UpdateAndCreateSubscriptiongroup] = Admin,
        [RequestCode.DeleteSubscriptiongroup] = Admin,
        [RequestCode.InvokeBrokerToResetOffset] = Admin,
        [RequestCode.CloneGroupOffset] = Admin,
        [RequestCode.ConsumeMessageDirectly] = Admin,
        [RequestCode.CleanExpiredConsumequeue] = Admin,
        [RequestCode.CleanUnusedTopic] = Admin,
        [RequestCode.RegisterFilterServer] = Admin,
        [RequestCode.RocketeerChangeRole] = Admin,
        [RequestCode.RocketeerGetRole] = Admin,

        // They show names and numbers, no messages: every account may look, as in the original.
        [RequestCode.GetAllTopicConfig] = Signed,
        [RequestCode.GetBrokerConfig] = Signed,
        [RequestCode.GetBrokerRuntimeInfo] = Signed,
        [RequestCode.GetAllConsumerOffset] = Signed,
        [RequestCode.GetAllDelayOffset] = Signed,
        [RequestCode.GetAllSubscriptiongroupConfig] = Signed,
        [RequestCode.GetTopicStatsInfo] = Signed,
        [RequestCode.GetConsumerConnectionList] = Signed,
        [RequestCode.GetProducerConnectionList] = Signed,
        [RequestCode.GetConsumeStats] = Signed,
        [RequestCode.InvokeBrokerToGetConsumerStatus] = Signed,
        [RequestCode.QueryTopicConsumeByWho] = Signed,
        [RequestCode.QueryConsumeTimeSpan] = Signed,
        [RequestCode.GetSystemTopicListFromBroker] = Signed,
        [RequestCode.GetConsumerRunningInfo] = Signed,
        [RequestCode.QueryCorrectionOffset] = Signed,
        [RequestCode.ViewBrokerStatsData] = Signed,
        [RequestCode.GetBrokerConsumeStats] = Signed,
        [RequestCode.QueryConsumeQueue] = Of(SubscribeTopic),
    };

    /// <summary>The codes that have an entry.</summary>
    public static IReadOnlyCollection<RequestCode> Codes => Table.Keys;

    /// <summary>What a code needs.</summary>
    public static RequestRight For(int code) => Table.GetValueOrDefault((RequestCode)code, Admin);
}
