using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Broker.Configuration;

/// <summary>
/// Settings of what keeps an overloaded broker alive: requests that waited too long are refused, consumers that read too far behind are
/// switched off (reference: broker.md section 16). All are read live.
/// </summary>
public sealed class ProtectionSettings
{
    /// <summary>Whether requests that waited too long in a queue are refused before they are worked on.</summary>
    [PropertyKey("brokerFastFailureEnable")]
    public bool BrokerFastFailureEnable { get; set; } = true;

    /// <summary>Longest wait of a message that a consumer gives back, in milliseconds; sends themselves wait in no queue.</summary>
    [PropertyKey("waitTimeMillsInSendQueue", Min = 1, Max = 86_400_000)]
    public long WaitTimeMillsInSendQueue { get; set; } = 200;

    /// <summary>Longest wait of a heartbeat, in milliseconds.</summary>
    [PropertyKey("waitTimeMillsInHeartbeatQueue", Min = 1, Max = 86_400_000)]
    public long WaitTimeMillsInHeartbeatQueue { get; set; } = 31_000;

    /// <summary>Longest wait of the end of a transaction, in milliseconds.</summary>
    [PropertyKey("waitTimeMillsInTransactionQueue", Min = 1, Max = 86_400_000)]
    public long WaitTimeMillsInTransactionQueue { get; set; } = 3000;

    /// <summary>Whether groups that read further behind than the threshold may not consume any more.</summary>
    [PropertyKey("disableConsumeIfConsumerReadSlowly")]
    public bool DisableConsumeIfConsumerReadSlowly { get; set; }

    /// <summary>How far behind the end of the log a group may read, in bytes, before it counts as slow.</summary>
    [PropertyKey("consumerFallbehindThreshold", Min = 0)]
    public long ConsumerFallbehindThreshold { get; set; } = 17_179_869_184;

    /// <summary>Whether it is recorded how far behind the end of the log each group reads.</summary>
    [PropertyKey("diskFallRecorded")]
    public bool DiskFallRecorded { get; set; } = true;
}
