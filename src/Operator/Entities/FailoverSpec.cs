using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>What happens when a master is gone (operator reference, 4.8).</summary>
internal sealed class FailoverSpec
{
    [Description("Manual: a dead master is reported, and a slave is promoted by annotation. Disabled: it is only reported. Automatic is reserved: it is accepted and acts as Manual, and the status says so.")]
    public FailoverMode? Mode { get; set; }

    [Description("Seconds that a master must be gone before it is reported as dead.")]
    [RangeMinimum(0), RangeMaximum(3600)]
    public int DelaySeconds { get; set; } = 10;

    [Description("Bytes that a slave may be behind the last known end of the master's log and still be promoted, under Async replication.")]
    [RangeMinimum(0), RangeMaximum(1L << 40)]
    public long MaxLagBytes { get; set; }
}

/// <summary>Who decides about promotion.</summary>
internal enum FailoverMode
{
    Manual,
    Disabled,
    Automatic,
}
