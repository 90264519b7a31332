namespace Rocketeer.Protocol.Messages;

/// <summary>Reserved topic names and prefixes (reference: broker.md sections 10.1 and 10.4).</summary>
public static class TopicNames
{
    /// <summary>Prefix of the topic that holds the messages a group failed to consume.</summary>
    public const string RetryPrefix = "%RETRY%";

    /// <summary>Prefix of the topic that holds the messages a group gave up.</summary>
    public const string DeadLetterPrefix = "%DLQ%";

    /// <summary>Template of automatically created topics.</summary>
    public const string AutoCreateTemplate = "TBW102";

    /// <summary>Delayed messages wait here; the queue id is the delay level minus one.</summary>
    public const string Schedule = "SCHEDULE_TOPIC_XXXX";

    /// <summary>Half messages of transactions.</summary>
    public const string TransactionHalf = "RMQ_SYS_TRANS_HALF_TOPIC";

    /// <summary>Outcomes of transactions.</summary>
    public const string TransactionOperation = "RMQ_SYS_TRANS_OP_HALF_TOPIC";

    /// <summary>Default topic of message traces.</summary>
    public const string Trace = "RMQ_SYS_TRACE_TOPIC";

    /// <summary>Events about consumers whose offset the broker corrected.</summary>
    public const string OffsetMovedEvent = "OFFSET_MOVED_EVENT";

    /// <summary>Self test of a broker.</summary>
    public const string SelfTest = "SELF_TEST_TOPIC";

    /// <summary>Topic of the original's benchmark programs.</summary>
    public const string Benchmark = "BenchmarkTest";

    /// <summary>Name server namespace whose keys are ordered topics.</summary>
    public const string OrderConfigNamespace = "ORDER_TOPIC_CONFIG";

    /// <summary>The retry topic of a consumer group.</summary>
    public static string RetryOf(string consumerGroup) => RetryPrefix + consumerGroup;

    /// <summary>The dead letter topic of a consumer group.</summary>
    public static string DeadLetterOf(string consumerGroup) => DeadLetterPrefix + consumerGroup;
}
