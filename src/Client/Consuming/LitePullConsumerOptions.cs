using Microsoft.Extensions.Options;
using Rocketeer.Client.Consuming.Allocation;

namespace Rocketeer.Client.Consuming;

/// <summary>How a lite pull consumer works. Read when the consumer is created; later changes have no effect.</summary>
public sealed class LitePullConsumerOptions
{
    /// <summary>Where to begin on a queue without a committed offset. Default behind the last message.</summary>
    public ConsumeFrom ConsumeFrom { get; set; } = ConsumeFrom.LastOffset;

    /// <summary>For <see cref="ConsumeFrom.Timestamp"/>; null means half an hour before the consumer is made.</summary>
    public DateTimeOffset? ConsumeTimestamp { get; set; }

    /// <summary>How the group divides the queues; all members must agree. Default AVG.</summary>
    public IQueueAllocation Allocation { get; set; } = QueueAllocation.Average;

    /// <summary>
    /// False (default): only <see cref="LitePullConsumer.CommitAsync(CancellationToken)"/> moves the group's offsets. True: a message counts as
    /// consumed when the next one is asked for, and offsets are stored every few seconds and on disposal.
    /// </summary>
    public bool AutoCommit { get; set; }

    /// <summary>Most messages of one pull, 1 to 1024. Default 32.</summary>
    public int PullBatchSize { get; set; } = 32;

    /// <summary>Messages of one queue that may wait in memory, 1 to 65,535. Default 1000.</summary>
    public int MaxCachedPerQueue { get; set; } = 1000;

    /// <summary>MiB of bodies of one queue that may wait in memory, 1 to 1024. Default 100.</summary>
    public int MaxCachedMiBPerQueue { get; set; } = 100;

    /// <summary>Checks every value.</summary>
    /// <exception cref="OptionsValidationException">Names each value that is wrong, and its range.</exception>
    public void Validate() => ToPushOptions().Validate();

    /// <summary>The settings of the machinery that both kinds of consumers share.</summary>
    internal PushConsumerOptions ToPushOptions() => new()
    {
        ConsumeFrom = ConsumeFrom,
        ConsumeTimestamp = ConsumeTimestamp,
        Allocation = Allocation,
        PullBatchSize = PullBatchSize,
        MaxCachedPerQueue = MaxCachedPerQueue,
        MaxCachedMiBPerQueue = MaxCachedMiBPerQueue,
        MaxSpan = 65_535,
    };
}
