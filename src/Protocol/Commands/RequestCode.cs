namespace Rocketeer.Protocol.Commands;

/// <summary>
/// Request codes of 4.4.0 and, from 27000 on, of Rocketeer's own (reference: protocol-remoting.md section 6.1). Names are the original's in our casing; what handles each code
/// and which test covers it stands in docs/protocol/request-codes.md.
/// </summary>
public enum RequestCode
{
    /// <summary>SEND_MESSAGE. Handled by the broker.</summary>
    SendMessage = 10,

    /// <summary>PULL_MESSAGE. Handled by the broker.</summary>
    PullMessage = 11,

    /// <summary>QUERY_MESSAGE. Handled by the broker.</summary>
    QueryMessage = 12,

    /// <summary>QUERY_BROKER_OFFSET. Defined, but no 4.4.0 process handles it.</summary>
    QueryBrokerOffset = 13,

    /// <summary>QUERY_CONSUMER_OFFSET. Handled by the broker.</summary>
    QueryConsumerOffset = 14,

    /// <summary>UPDATE_CONSUMER_OFFSET. Handled by the broker.</summary>
    UpdateConsumerOffset = 15,

    /// <summary>UPDATE_AND_CREATE_TOPIC. Handled by the broker.</summary>
    UpdateAndCreateTopic = 17,

    /// <summary>GET_ALL_TOPIC_CONFIG. Handled by the broker.</summary>
    GetAllTopicConfig = 21,

    /// <summary>GET_TOPIC_CONFIG_LIST. Defined, but no 4.4.0 process handles it.</summary>
    GetTopicConfigList = 22,

    /// <summary>GET_TOPIC_NAME_LIST. Defined, but no 4.4.0 process handles it.</summary>
    GetTopicNameList = 23,

    /// <summary>UPDATE_BROKER_CONFIG. Handled by the broker.</summary>
    UpdateBrokerConfig = 25,

    /// <summary>GET_BROKER_CONFIG. Handled by the broker.</summary>
    GetBrokerConfig = 26,

    /// <summary>TRIGGER_DELETE_FILES. Defined, but no 4.4.0 process handles it.</summary>
    TriggerDeleteFiles = 27,

    /// <summary>GET_BROKER_RUNTIME_INFO. Handled by the broker.</summary>
    GetBrokerRuntimeInfo = 28,

    /// <summary>SEARCH_OFFSET_BY_TIMESTAMP. Handled by the broker.</summary>
    SearchOffsetByTimestamp = 29,

    /// <summary>GET_MAX_OFFSET. Handled by the broker.</summary>
    GetMaxOffset = 30,

    /// <summary>GET_MIN_OFFSET. Handled by the broker.</summary>
    GetMinOffset = 31,

    /// <summary>GET_EARLIEST_MSG_STORETIME. Handled by the broker.</summary>
    GetEarliestMsgStoretime = 32,

    /// <summary>VIEW_MESSAGE_BY_ID. Handled by the broker.</summary>
    ViewMessageById = 33,

    /// <summary>HEART_BEAT. Handled by the broker.</summary>
    HeartBeat = 34,

    /// <summary>UNREGISTER_CLIENT. Handled by the broker.</summary>
    UnregisterClient = 35,

    /// <summary>CONSUMER_SEND_MSG_BACK. Handled by the broker.</summary>
    ConsumerSendMsgBack = 36,

    /// <summary>END_TRANSACTION. Handled by the broker.</summary>
    EndTransaction = 37,

    /// <summary>GET_CONSUMER_LIST_BY_GROUP. Handled by the broker.</summary>
    GetConsumerListByGroup = 38,

    /// <summary>CHECK_TRANSACTION_STATE. Handled by the client.</summary>
    CheckTransactionState = 39,

    /// <summary>NOTIFY_CONSUMER_IDS_CHANGED. Handled by the client.</summary>
    NotifyConsumerIdsChanged = 40,

    /// <summary>LOCK_BATCH_MQ. Handled by the broker.</summary>
    LockBatchMq = 41,

    /// <summary>UNLOCK_BATCH_MQ. Handled by the broker.</summary>
    UnlockBatchMq = 42,

    /// <summary>GET_ALL_CONSUMER_OFFSET. Handled by the broker.</summary>
    GetAllConsumerOffset = 43,

    /// <summary>GET_ALL_DELAY_OFFSET. Handled by the broker.</summary>
    GetAllDelayOffset = 45,

    /// <summary>CHECK_CLIENT_CONFIG. Handled by the broker.</summary>
    CheckClientConfig = 46,

    /// <summary>PUT_KV_CONFIG. Handled by the name server.</summary>
    PutKvConfig = 100,

    /// <summary>GET_KV_CONFIG. Handled by the name server.</summary>
    GetKvConfig = 101,

    /// <summary>DELETE_KV_CONFIG. Handled by the name server.</summary>
    DeleteKvConfig = 102,

    /// <summary>REGISTER_BROKER. Handled by the name server.</summary>
    RegisterBroker = 103,

    /// <summary>UNREGISTER_BROKER. Handled by the name server.</summary>
    UnregisterBroker = 104,

    /// <summary>GET_ROUTEINTO_BY_TOPIC (the name is misspelt in the original). Handled by the name server.</summary>
    GetRouteInfoByTopic = 105,

    /// <summary>GET_BROKER_CLUSTER_INFO. Handled by the name server.</summary>
    GetBrokerClusterInfo = 106,

    /// <summary>UPDATE_AND_CREATE_SUBSCRIPTIONGROUP. Handled by the broker.</summary>
    UpdateAndCreateSubscriptiongroup = 200,

    /// <summary>GET_ALL_SUBSCRIPTIONGROUP_CONFIG. Handled by the broker.</summary>
    GetAllSubscriptiongroupConfig = 201,

    /// <summary>GET_TOPIC_STATS_INFO. Handled by the broker.</summary>
    GetTopicStatsInfo = 202,

    /// <summary>GET_CONSUMER_CONNECTION_LIST. Handled by the broker.</summary>
    GetConsumerConnectionList = 203,

    /// <summary>GET_PRODUCER_CONNECTION_LIST. Handled by the broker.</summary>
    GetProducerConnectionList = 204,

    /// <summary>WIPE_WRITE_PERM_OF_BROKER. Handled by the name server.</summary>
    WipeWritePermOfBroker = 205,

    /// <summary>GET_ALL_TOPIC_LIST_FROM_NAMESERVER. Handled by the name server.</summary>
    GetAllTopicListFromNameserver = 206,

    /// <summary>DELETE_SUBSCRIPTIONGROUP. Handled by the broker.</summary>
    DeleteSubscriptiongroup = 207,

    /// <summary>GET_CONSUME_STATS. Handled by the broker.</summary>
    GetConsumeStats = 208,

    /// <summary>SUSPEND_CONSUMER. Defined, but no 4.4.0 process handles it.</summary>
    SuspendConsumer = 209,

    /// <summary>RESUME_CONSUMER. Defined, but no 4.4.0 process handles it.</summary>
    ResumeConsumer = 210,

    /// <summary>RESET_CONSUMER_OFFSET_IN_CONSUMER. Defined, but no 4.4.0 process handles it.</summary>
    ResetConsumerOffsetInConsumer = 211,

    /// <summary>RESET_CONSUMER_OFFSET_IN_BROKER. Defined, but no 4.4.0 process handles it.</summary>
    ResetConsumerOffsetInBroker = 212,

    /// <summary>ADJUST_CONSUMER_THREAD_POOL. Defined, but no 4.4.0 process handles it.</summary>
    AdjustConsumerThreadPool = 213,

    /// <summary>WHO_CONSUME_THE_MESSAGE. Defined, but no 4.4.0 process handles it.</summary>
    WhoConsumeTheMessage = 214,

    /// <summary>DELETE_TOPIC_IN_BROKER. Handled by the broker.</summary>
    DeleteTopicInBroker = 215,

    /// <summary>DELETE_TOPIC_IN_NAMESRV. Handled by the name server.</summary>
    DeleteTopicInNamesrv = 216,

    /// <summary>GET_KVLIST_BY_NAMESPACE. Handled by the name server.</summary>
    GetKvlistByNamespace = 219,

    /// <summary>RESET_CONSUMER_CLIENT_OFFSET. Handled by the client.</summary>
    ResetConsumerClientOffset = 220,

    /// <summary>GET_CONSUMER_STATUS_FROM_CLIENT. Handled by the client.</summary>
    GetConsumerStatusFromClient = 221,

    /// <summary>INVOKE_BROKER_TO_RESET_OFFSET. Handled by the broker.</summary>
    InvokeBrokerToResetOffset = 222,

    /// <summary>INVOKE_BROKER_TO_GET_CONSUMER_STATUS. Handled by the broker.</summary>
    InvokeBrokerToGetConsumerStatus = 223,

    /// <summary>GET_TOPICS_BY_CLUSTER. Handled by the name server.</summary>
    GetTopicsByCluster = 224,

    /// <summary>QUERY_TOPIC_CONSUME_BY_WHO. Handled by the broker.</summary>
    QueryTopicConsumeByWho = 300,

    /// <summary>REGISTER_FILTER_SERVER. Handled by the broker.</summary>
    RegisterFilterServer = 301,

    /// <summary>REGISTER_MESSAGE_FILTER_CLASS. Defined, but no 4.4.0 process handles it.</summary>
    RegisterMessageFilterClass = 302,

    /// <summary>QUERY_CONSUME_TIME_SPAN. Handled by the broker.</summary>
    QueryConsumeTimeSpan = 303,

    /// <summary>GET_SYSTEM_TOPIC_LIST_FROM_NS. Handled by the name server.</summary>
    GetSystemTopicListFromNs = 304,

    /// <summary>GET_SYSTEM_TOPIC_LIST_FROM_BROKER. Handled by the broker.</summary>
    GetSystemTopicListFromBroker = 305,

    /// <summary>CLEAN_EXPIRED_CONSUMEQUEUE. Handled by the broker.</summary>
    CleanExpiredConsumequeue = 306,

    /// <summary>GET_CONSUMER_RUNNING_INFO. Handled by the broker and the client.</summary>
    GetConsumerRunningInfo = 307,

    /// <summary>QUERY_CORRECTION_OFFSET. Handled by the broker.</summary>
    QueryCorrectionOffset = 308,

    /// <summary>CONSUME_MESSAGE_DIRECTLY. Handled by the broker and the client.</summary>
    ConsumeMessageDirectly = 309,

    /// <summary>SEND_MESSAGE_V2. Handled by the broker.</summary>
    SendMessageV2 = 310,

    /// <summary>GET_UNIT_TOPIC_LIST. Handled by the name server.</summary>
    GetUnitTopicList = 311,

    /// <summary>GET_HAS_UNIT_SUB_TOPIC_LIST. Handled by the name server.</summary>
    GetHasUnitSubTopicList = 312,

    /// <summary>GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST. Handled by the name server.</summary>
    GetHasUnitSubUnunitTopicList = 313,

    /// <summary>CLONE_GROUP_OFFSET. Handled by the broker.</summary>
    CloneGroupOffset = 314,

    /// <summary>VIEW_BROKER_STATS_DATA. Handled by the broker.</summary>
    ViewBrokerStatsData = 315,

    /// <summary>CLEAN_UNUSED_TOPIC. Handled by the broker.</summary>
    CleanUnusedTopic = 316,

    /// <summary>GET_BROKER_CONSUME_STATS. Handled by the broker.</summary>
    GetBrokerConsumeStats = 317,

    /// <summary>UPDATE_NAMESRV_CONFIG. Handled by the name server.</summary>
    UpdateNamesrvConfig = 318,

    /// <summary>GET_NAMESRV_CONFIG. Handled by the name server.</summary>
    GetNamesrvConfig = 319,

    /// <summary>SEND_BATCH_MESSAGE. Handled by the broker.</summary>
    SendBatchMessage = 320,

    /// <summary>QUERY_CONSUME_QUEUE. Handled by the broker.</summary>
    QueryConsumeQueue = 321,

    /// <summary>QUERY_DATA_VERSION. Handled by the name server.</summary>
    QueryDataVersion = 322,

    /// <summary>CHANGE_ROLE. Rocketeer's own, in a range that no release of the original uses. Handled by the broker.</summary>
    RocketeerChangeRole = 27001,

    /// <summary>GET_ROLE. Rocketeer's own. Handled by the broker.</summary>
    RocketeerGetRole = 27002,
}
