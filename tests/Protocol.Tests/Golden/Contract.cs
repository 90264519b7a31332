using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using static Rocketeer.Protocol.Commands.RequestCode;

namespace Rocketeer.Protocol.Tests.Golden;

/// <summary>Which types a request code travels with.</summary>
internal sealed record Contract(
    Func<ExtFieldReaderSource, ICommandHeader>? RequestHeader = null,
    Func<byte[], byte[]>? RequestBody = null,
    Func<ExtFieldReaderSource, ICommandHeader>? ResponseHeader = null,
    Func<byte[], byte[]>? ResponseBody = null)
{
    private static readonly Func<byte[], byte[]> Records = bytes =>
    {
        var messages = MessageDecoder.DecodeAll(bytes);
        Assert.NotEmpty(messages);
        Assert.Equal(bytes.Length, messages.Sum(message => message.StoreSize));
        return bytes;
    };

    private static readonly Func<byte[], byte[]> Text = bytes => bytes;

    public static IReadOnlyDictionary<RequestCode, Contract> All { get; } = new Dictionary<RequestCode, Contract>
    {
        [SendMessage] = new(H<SendMessageRequestHeader>(), Text, H<SendMessageResponseHeader>()),
        [PullMessage] = new(H<PullMessageRequestHeader>(), null, H<PullMessageResponseHeader>(), Records),
        [QueryMessage] = new(H<QueryMessageRequestHeader>(), null, H<QueryMessageResponseHeader>(), Records),
        [QueryConsumerOffset] = new(H<QueryConsumerOffsetRequestHeader>(), null, H<QueryConsumerOffsetResponseHeader>()),
        [UpdateConsumerOffset] = new(H<UpdateConsumerOffsetRequestHeader>()),
        [UpdateAndCreateTopic] = new(H<UpdateAndCreateTopicRequestHeader>()),
        [GetAllTopicConfig] = new(ResponseBody: B<TopicConfigSerializeWrapper>()),
        [UpdateBrokerConfig] = new(RequestBody: Text),
        [GetBrokerConfig] = new(ResponseHeader: H<GetBrokerConfigResponseHeader>(), ResponseBody: Text),
        [GetBrokerRuntimeInfo] = new(ResponseBody: B<KVTable>()),
        [SearchOffsetByTimestamp] = new(H<SearchOffsetRequestHeader>(), null, H<OffsetResponseHeader>()),
        [GetMaxOffset] = new(H<GetMaxOffsetRequestHeader>(), null, H<OffsetResponseHeader>()),
        [GetMinOffset] = new(H<GetMinOffsetRequestHeader>(), null, H<OffsetResponseHeader>()),
        [GetEarliestMsgStoretime] = new(H<GetEarliestMessageStoreTimeRequestHeader>(), null, H<GetEarliestMessageStoreTimeResponseHeader>()),
        [ViewMessageById] = new(H<ViewMessageRequestHeader>(), null, null, Records),
        [HeartBeat] = new(RequestBody: B<HeartbeatData>()),
        [UnregisterClient] = new(H<UnregisterClientRequestHeader>()),
        [ConsumerSendMsgBack] = new(H<ConsumerSendMessageBackRequestHeader>()),
        [EndTransaction] = new(H<EndTransactionRequestHeader>()),
        [GetConsumerListByGroup] = new(H<GetConsumerListByGroupRequestHeader>(), null, null, B<ConsumerIdList>()),
        [CheckTransactionState] = new(H<CheckTransactionStateRequestHeader>(), Records),
        [NotifyConsumerIdsChanged] = new(H<NotifyConsumerIdsChangedRequestHeader>()),
        [LockBatchMq] = new(null, B<LockBatchRequestBody>(), null, B<LockBatchResponseBody>()),
        [UnlockBatchMq] = new(null, B<LockBatchRequestBody>()),
        [GetAllConsumerOffset] = new(ResponseBody: B<ConsumerOffsetTable>()),
        [GetAllDelayOffset] = new(ResponseBody: B<DelayOffsetTable>()),
        [CheckClientConfig] = new(RequestBody: B<CheckClientRequestBody>()),
        [PutKvConfig] = new(H<PutKVConfigRequestHeader>()),
        [GetKvConfig] = new(H<GetKVConfigRequestHeader>(), null, H<GetKVConfigResponseHeader>()),
        [DeleteKvConfig] = new(H<DeleteKVConfigRequestHeader>()),
        [RegisterBroker] = new(H<RegisterBrokerRequestHeader>(), B<RegisterBrokerBody>(), H<RegisterBrokerResponseHeader>(), B<KVTable>()),
        [UnregisterBroker] = new(H<UnregisterBrokerRequestHeader>()),
        [GetRouteInfoByTopic] = new(H<GetRouteInfoRequestHeader>(), null, null, B<TopicRouteData>()),
        [GetBrokerClusterInfo] = new(ResponseBody: B<ClusterInfo>()),
        [UpdateAndCreateSubscriptiongroup] = new(RequestBody: B<SubscriptionGroupConfig>()),
        [GetAllSubscriptiongroupConfig] = new(ResponseBody: B<SubscriptionGroupWrapper>()),
        [GetTopicStatsInfo] = new(H<GetTopicStatsInfoRequestHeader>(), null, null, B<TopicStatsTable>()),
        [GetConsumerConnectionList] = new(H<GetConsumerConnectionListRequestHeader>(), null, null, B<ConsumerConnection>()),
        [GetProducerConnectionList] = new(H<GetProducerConnectionListRequestHeader>(), null, null, B<ProducerConnection>()),
        [WipeWritePermOfBroker] = new(H<WipeWritePermOfBrokerRequestHeader>(), null, H<WipeWritePermOfBrokerResponseHeader>()),
        [GetAllTopicListFromNameserver] = new(ResponseBody: B<TopicList>()),
        [DeleteSubscriptiongroup] = new(H<DeleteSubscriptionGroupRequestHeader>()),
        [GetConsumeStats] = new(H<GetConsumeStatsRequestHeader>(), null, null, B<ConsumeStats>()),
        [DeleteTopicInBroker] = new(H<DeleteTopicRequestHeader>()),
        [DeleteTopicInNamesrv] = new(H<DeleteTopicRequestHeader>()),
        [GetKvlistByNamespace] = new(H<GetKVListByNamespaceRequestHeader>(), null, null, B<KVTable>()),
        [ResetConsumerClientOffset] = new(H<ResetOffsetRequestHeader>(), B<ResetOffsetBody>()),
        [GetConsumerStatusFromClient] = new(H<GetConsumerStatusRequestHeader>(), null, null, B<GetConsumerStatusBody>()),
        [InvokeBrokerToResetOffset] = new(H<ResetOffsetRequestHeader>(), null, null, B<ResetOffsetBody>()),
        [InvokeBrokerToGetConsumerStatus] = new(H<GetConsumerStatusRequestHeader>(), null, null, B<GetConsumerStatusBody>()),
        [GetTopicsByCluster] = new(H<GetTopicsByClusterRequestHeader>(), null, null, B<TopicList>()),
        [QueryTopicConsumeByWho] = new(H<QueryTopicConsumeByWhoRequestHeader>(), null, null, B<GroupList>()),
        [QueryConsumeTimeSpan] = new(H<QueryConsumeTimeSpanRequestHeader>(), null, null, B<QueryConsumeTimeSpanBody>()),
        [GetSystemTopicListFromNs] = new(ResponseBody: B<TopicList>()),
        [GetSystemTopicListFromBroker] = new(ResponseBody: B<TopicList>()),
        [CleanExpiredConsumequeue] = new(),
        [CleanUnusedTopic] = new(),
        [GetConsumerRunningInfo] = new(H<GetConsumerRunningInfoRequestHeader>(), null, null, B<ConsumerRunningInfo>()),
        [ConsumeMessageDirectly] = new(H<ConsumeMessageDirectlyRequestHeader>(), Records, null, B<ConsumeMessageDirectlyResult>()),
        [SendMessageV2] = new(H<SendMessageRequestHeader>(), Text, H<SendMessageResponseHeader>()),
        [CloneGroupOffset] = new(H<CloneGroupOffsetRequestHeader>()),
        [ViewBrokerStatsData] = new(H<ViewBrokerStatsDataRequestHeader>(), null, null, B<BrokerStatsData>()),
        [GetBrokerConsumeStats] = new(H<GetBrokerConsumeStatsRequestHeader>(), null, null, B<ConsumeStatsList>()),
        [UpdateNamesrvConfig] = new(RequestBody: Text),
        [GetNamesrvConfig] = new(ResponseBody: Text),
        [SendBatchMessage] = new(H<SendMessageRequestHeader>(), Batch, H<SendMessageResponseHeader>()),
        [QueryConsumeQueue] = new(H<QueryConsumeQueueRequestHeader>(), null, null, B<QueryConsumeQueueResponseBody>()),
        [RegisterFilterServer] = new(H<RegisterFilterServerRequestHeader>(), null, H<RegisterFilterServerResponseHeader>()),
        [RegisterMessageFilterClass] = new(H<RegisterMessageFilterClassRequestHeader>(), Text),
        [QueryCorrectionOffset] = new(H<QueryCorrectionOffsetRequestHeader>(), null, null, B<QueryCorrectionOffsetBody>()),
        [GetUnitTopicList] = new(ResponseBody: B<TopicList>()),
        [GetHasUnitSubTopicList] = new(ResponseBody: B<TopicList>()),
        [GetHasUnitSubUnunitTopicList] = new(ResponseBody: B<TopicList>()),
        [QueryDataVersion] = new(H<QueryDataVersionRequestHeader>(), B<DataVersion>(), H<QueryDataVersionResponseHeader>(), B<DataVersion>()),
    };

    private static Func<ExtFieldReaderSource, ICommandHeader> H<T>()
        where T : ICommandHeader<T> => source => source.Read<T>();

    private static Func<byte[], byte[]> B<T>() => bytes => BodyJson.Serialize(BodyJson.Deserialize<T>(bytes));

    private static byte[] Batch(byte[] bytes)
    {
        var again = new System.Buffers.ArrayBufferWriter<byte>();
        var items = new BatchMessageReader(bytes);
        while (items.Read())
        {
            BatchMessageCodec.Append(again, items.Flag, items.Body, items.Properties);
        }

        return again.WrittenSpan.ToArray();
    }
}

/// <summary>A frame whose extension fields can be read as any header.</summary>
internal sealed class ExtFieldReaderSource(byte[] frame)
{
    public ICommandHeader Read<T>()
        where T : ICommandHeader<T> => CommandView.Parse(frame.AsSpan(sizeof(int))).ReadHeader<T>();
}
