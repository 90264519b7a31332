namespace Rocketeer.Protocol.Messages;

/// <summary>Names of message properties that the system itself uses (reference: store.md section 3.4).</summary>
public static class PropertyNames
{
#pragma warning disable CS1591 // the table in docs/formats/commit-log.md tells what each means
    public const string Keys = "KEYS";
    public const string Tags = "TAGS";
    public const string WaitStoreMessageOk = "WAIT";
    public const string DelayLevel = "DELAY";
    public const string RetryTopic = "RETRY_TOPIC";
    public const string RealTopic = "REAL_TOPIC";
    public const string RealQueueId = "REAL_QID";
    public const string TransactionPrepared = "TRAN_MSG";
    public const string ProducerGroup = "PGROUP";
    public const string MinOffset = "MIN_OFFSET";
    public const string MaxOffset = "MAX_OFFSET";
    public const string BuyerId = "BUYER_ID";
    public const string OriginMessageId = "ORIGIN_MESSAGE_ID";
    public const string TransferFlag = "TRANSFER_FLAG";
    public const string CorrectionFlag = "CORRECTION_FLAG";
    public const string Mq2Flag = "MQ2_FLAG";
    public const string ReconsumeTime = "RECONSUME_TIME";
    public const string MessageRegion = "MSG_REGION";
    public const string TraceSwitch = "TRACE_ON";
    public const string UniqueKey = "UNIQ_KEY";
    public const string MaxReconsumeTimes = "MAX_RECONSUME_TIMES";
    public const string ConsumeStartTime = "CONSUME_START_TIME";
    public const string TransactionPreparedQueueOffset = "TRAN_PREPARED_QUEUE_OFFSET";
    public const string TransactionCheckTimes = "TRANSACTION_CHECK_TIMES";
    public const string CheckImmunityTimeInSeconds = "CHECK_IMMUNITY_TIME_IN_SECONDS";
#pragma warning restore CS1591

    /// <summary>Separates the keys of one message in <see cref="Keys"/>.</summary>
    public const char KeySeparator = ' ';

    /// <summary>Names that a user property may not have.</summary>
    public static IReadOnlySet<string> Reserved { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        Keys, Tags, WaitStoreMessageOk, DelayLevel, RetryTopic, RealTopic, RealQueueId, TransactionPrepared, ProducerGroup, MinOffset,
        MaxOffset, BuyerId, OriginMessageId, TransferFlag, CorrectionFlag, Mq2Flag, ReconsumeTime, MessageRegion, TraceSwitch, UniqueKey,
        MaxReconsumeTimes, ConsumeStartTime,
    };
}
