using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Broker.Configuration;

/// <summary>
/// Settings of SQL92 filters (reference: broker.md section 20), beside <see cref="BrokerOptions.EnablePropertyFilter"/>, which allows them.
/// </summary>
public sealed class FilterSettings
{
    /// <summary>
    /// Whether dispatch computes for every message which groups' filters it passes. The result is kept in the consume queue extension, so
    /// <see cref="StoreSettings.EnableConsumeQueueExt"/> must be on, too.
    /// </summary>
    [PropertyKey("enableCalcFilterBitMap")]
    public bool EnableCalcFilterBitMap { get; set; }

    /// <summary>Groups that filter one topic, as the bitmaps are sized for. Read at the start.</summary>
    [PropertyKey("expectConsumerNumUseFilter", Min = 1, Max = 100000)]
    public int ExpectConsumerNumUseFilter { get; set; } = 32;

    /// <summary>Per cent of messages that pass a bitmap by accident, as the bitmaps are sized for. Read at the start.</summary>
    [PropertyKey("maxErrorRateOfBloomFilter", Min = 1, Max = 99)]
    public int MaxErrorRateOfBloomFilter { get; set; } = 20;

    /// <summary>Milliseconds until the filter of a group that is gone is forgotten.</summary>
    [PropertyKey("filterDataCleanTimeSpan", Min = 0)]
    public long FilterDataCleanTimeSpan { get; set; } = 86_400_000;

    /// <summary>Whether retries are filtered by the expression of the topic that they came from.</summary>
    [PropertyKey("filterSupportRetry")]
    public bool FilterSupportRetry { get; set; }

    /// <summary>Bits of a bitmap: shown only, the start sets it to what the other settings lead to.</summary>
    [PropertyKey("bitMapLengthConsumeQueueExt")]
    public int BitMapLengthConsumeQueueExt { get; set; } = 64;
}
