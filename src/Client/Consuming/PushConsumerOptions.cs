using Microsoft.Extensions.Options;
using Rocketeer.Client.Consuming.Allocation;
using Rocketeer.Client.Tracing;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// How a push consumer works. Defaults and ranges are the original's (reference: namesrv-and-client.md section E1) where it has one.
/// Read when the consumer is created; later changes have no effect.
/// </summary>
public sealed class PushConsumerOptions
{
    /// <summary>Who of the group gets a message. Default clustering.</summary>
    public MessageModel Model { get; set; } = MessageModel.Clustering;

    /// <summary>Where to begin on a queue without a committed offset. Default behind the last message.</summary>
    public ConsumeFrom ConsumeFrom { get; set; } = ConsumeFrom.LastOffset;

    /// <summary>For <see cref="ConsumeFrom.Timestamp"/>; null means half an hour before the start.</summary>
    public DateTimeOffset? ConsumeTimestamp { get; set; }

    /// <summary>How the group divides the queues; all members must agree. Default AVG.</summary>
    public IQueueAllocation Allocation { get; set; } = QueueAllocation.Average;

    /// <summary>Handlers that run at once, 1 to 1000. Default 20. No threads are kept for them.</summary>
    public int ConsumeThreads { get; set; } = 20;

    /// <summary>Most messages of one call of a batch handler, 1 to 1024. Default 1.</summary>
    public int BatchSize { get; set; } = 1;

    /// <summary>Most messages of one pull, 1 to 1024. Default 32.</summary>
    public int PullBatchSize { get; set; } = 32;

    /// <summary>Pause between two pulls of a queue that has messages, 0 to 65,535 ms. Default none.</summary>
    public TimeSpan PullInterval { get; set; }

    /// <summary>Messages of one queue that may wait in memory, 1 to 65,535. Default 1000.</summary>
    public int MaxCachedPerQueue { get; set; } = 1000;

    /// <summary>MiB of bodies of one queue that may wait in memory, 1 to 1024. Default 100.</summary>
    public int MaxCachedMiBPerQueue { get; set; } = 100;

    /// <summary>Messages of one topic that may wait in memory, divided among the queues held, 1 to 6,553,500; null for no such limit.</summary>
    public int? MaxCachedPerTopic { get; set; }

    /// <summary>MiB of one topic that may wait in memory, divided among the queues held, 1 to 102,400; null for no such limit.</summary>
    public int? MaxCachedMiBPerTopic { get; set; }

    /// <summary>Greatest distance between the first unconsumed and the last cached offset of a queue, 1 to 65,535. Default 2000.</summary>
    public int MaxSpan { get; set; } = 2000;

    /// <summary>
    /// Deliveries of a message before it becomes a dead letter; null takes the broker's usual 16, or no limit where order is kept.
    /// </summary>
    public int? MaxReconsumeTimes { get; set; }

    /// <summary>How long a queue that is handled in order waits after a failure, 10 ms to 30 s. Default 1 s.</summary>
    public TimeSpan SuspendTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A message in work longer than this is given back, to be delivered again after 10 s, and its handler's token fires.
    /// At least 1 s. Default 15 minutes.
    /// </summary>
    public TimeSpan ConsumeTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>True sends the filter with each pull instead of relying on heartbeats. Default false.</summary>
    public bool PostSubscriptionWhenPull { get; set; }

    /// <summary>How long a stopping consumer waits for running handlers before their tokens fire. Default 10 s.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Folder of the offset files of broadcasting consumers. Default <c>.rocketmq_offsets</c> in the user's home, as the original's.
    /// </summary>
    public string OffsetDirectory { get; set; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".rocketmq_offsets");

    /// <summary>
    /// Name under which a broadcasting consumer keeps its offset file; it must survive restarts and be unique on the host.
    /// Null takes the client's address and the instance name, or <c>DEFAULT</c> where the instance name was made up for this process.
    /// </summary>
    public string? OffsetOwner { get; set; }

    /// <summary>Message trace; off by default.</summary>
    public TraceOptions Trace { get; set; } = new();

    /// <summary>Checks every value.</summary>
    /// <exception cref="OptionsValidationException">Names each value that is wrong, and its range.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        Require(ConsumeThreads is >= 1 and <= 1000, "ConsumeThreads must be 1 to 1000.");
        Require(BatchSize is >= 1 and <= 1024, "BatchSize must be 1 to 1024.");
        Require(PullBatchSize is >= 1 and <= 1024, "PullBatchSize must be 1 to 1024.");
        Require(PullInterval.TotalMilliseconds is >= 0 and <= 65_535, "PullInterval must be 0 to 65,535 ms.");
        Require(MaxCachedPerQueue is >= 1 and <= 65_535, "MaxCachedPerQueue must be 1 to 65,535.");
        Require(MaxCachedMiBPerQueue is >= 1 and <= 1024, "MaxCachedMiBPerQueue must be 1 to 1024.");
        Require(MaxCachedPerTopic is null or (>= 1 and <= 6_553_500), "MaxCachedPerTopic must be 1 to 6,553,500, or null.");
        Require(MaxCachedMiBPerTopic is null or (>= 1 and <= 102_400), "MaxCachedMiBPerTopic must be 1 to 102,400, or null.");
        Require(MaxSpan is >= 1 and <= 65_535, "MaxSpan must be 1 to 65,535.");
        Require(MaxReconsumeTimes is null or >= 0, "MaxReconsumeTimes must not be negative; leave it null for the usual 16.");
        Require(SuspendTime.TotalMilliseconds is >= 10 and <= 30_000, "SuspendTime must be 10 ms to 30 s.");
        Require(ConsumeTimeout >= TimeSpan.FromSeconds(1), "ConsumeTimeout must be at least 1 s.");
        Require(StopGrace >= TimeSpan.Zero, "StopGrace must not be negative.");
        Require(Allocation is not null, "Allocation must not be null.");
        Require(!string.IsNullOrWhiteSpace(OffsetDirectory), "OffsetDirectory must not be blank.");
        Require(Enum.IsDefined(Model), "Model is none of its values.");
        Require(Enum.IsDefined(ConsumeFrom), "ConsumeFrom is none of its values.");
        Require(Trace is not null, "Trace must not be null.");
        Trace?.CollectFaults(faults);
        if (faults.Count > 0)
        {
            throw new OptionsValidationException(nameof(PushConsumerOptions), typeof(PushConsumerOptions), faults);
        }

        void Require(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }

    internal PushConsumerOptions Copy()
    {
        var copy = (PushConsumerOptions)MemberwiseClone();
        copy.Trace = Trace?.Copy()!;
        return copy;
    }

    /// <summary>Bounds of one queue when so many are held.</summary>
    internal FlowLimits LimitsFor(int heldQueues, bool ordered)
    {
        var held = Math.Max(1, heldQueues);
        var count = MaxCachedPerTopic is { } messages ? Math.Max(1, messages / held) : MaxCachedPerQueue;
        var mebibytes = MaxCachedMiBPerTopic is { } size ? Math.Max(1, size / held) : MaxCachedMiBPerQueue;
        return new FlowLimits(count, ((mebibytes + 1L) << 20) - 1, ordered ? int.MaxValue : MaxSpan);
    }
}
