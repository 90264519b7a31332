namespace Rocketeer.Protocol.Commands;

/// <summary>Response codes of 4.4.0 (reference: protocol-remoting.md section 6.2).</summary>
public enum ResponseCode
{
    /// <summary>SUCCESS.</summary>
    Success = 0,

    /// <summary>SYSTEM_ERROR.</summary>
    SystemError = 1,

    /// <summary>SYSTEM_BUSY.</summary>
    SystemBusy = 2,

    /// <summary>REQUEST_CODE_NOT_SUPPORTED.</summary>
    RequestCodeNotSupported = 3,

    /// <summary>TRANSACTION_FAILED.</summary>
    TransactionFailed = 4,

    /// <summary>FLUSH_DISK_TIMEOUT.</summary>
    FlushDiskTimeout = 10,

    /// <summary>SLAVE_NOT_AVAILABLE.</summary>
    SlaveNotAvailable = 11,

    /// <summary>FLUSH_SLAVE_TIMEOUT.</summary>
    FlushSlaveTimeout = 12,

    /// <summary>MESSAGE_ILLEGAL.</summary>
    MessageIllegal = 13,

    /// <summary>SERVICE_NOT_AVAILABLE.</summary>
    ServiceNotAvailable = 14,

    /// <summary>VERSION_NOT_SUPPORTED.</summary>
    VersionNotSupported = 15,

    /// <summary>NO_PERMISSION.</summary>
    NoPermission = 16,

    /// <summary>TOPIC_NOT_EXIST.</summary>
    TopicNotExist = 17,

    /// <summary>TOPIC_EXIST_ALREADY.</summary>
    TopicExistAlready = 18,

    /// <summary>PULL_NOT_FOUND.</summary>
    PullNotFound = 19,

    /// <summary>PULL_RETRY_IMMEDIATELY.</summary>
    PullRetryImmediately = 20,

    /// <summary>PULL_OFFSET_MOVED.</summary>
    PullOffsetMoved = 21,

    /// <summary>QUERY_NOT_FOUND.</summary>
    QueryNotFound = 22,

    /// <summary>SUBSCRIPTION_PARSE_FAILED.</summary>
    SubscriptionParseFailed = 23,

    /// <summary>SUBSCRIPTION_NOT_EXIST.</summary>
    SubscriptionNotExist = 24,

    /// <summary>SUBSCRIPTION_NOT_LATEST.</summary>
    SubscriptionNotLatest = 25,

    /// <summary>SUBSCRIPTION_GROUP_NOT_EXIST.</summary>
    SubscriptionGroupNotExist = 26,

    /// <summary>FILTER_DATA_NOT_EXIST.</summary>
    FilterDataNotExist = 27,

    /// <summary>FILTER_DATA_NOT_LATEST.</summary>
    FilterDataNotLatest = 28,

    /// <summary>TRANSACTION_SHOULD_COMMIT.</summary>
    TransactionShouldCommit = 200,

    /// <summary>TRANSACTION_SHOULD_ROLLBACK.</summary>
    TransactionShouldRollback = 201,

    /// <summary>TRANSACTION_STATE_UNKNOW.</summary>
    TransactionStateUnknow = 202,

    /// <summary>TRANSACTION_STATE_GROUP_WRONG.</summary>
    TransactionStateGroupWrong = 203,

    /// <summary>NO_BUYER_ID.</summary>
    NoBuyerId = 204,

    /// <summary>NOT_IN_CURRENT_UNIT.</summary>
    NotInCurrentUnit = 205,

    /// <summary>CONSUMER_NOT_ONLINE.</summary>
    ConsumerNotOnline = 206,

    /// <summary>CONSUME_MSG_TIMEOUT.</summary>
    ConsumeMsgTimeout = 207,

    /// <summary>NO_MESSAGE.</summary>
    NoMessage = 208,
}
