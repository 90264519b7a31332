using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>How changes reach pods.</summary>
internal sealed class RolloutSpec
{
    [Description("Ordered: pod by pod, gated. OnDelete: pods are only marked as outdated.")]
    public RolloutMode Mode { get; set; } = RolloutMode.Ordered;

    [Description("Only groups with this index or a higher one are rolled.")]
    [RangeMinimum(0), RangeMaximum(64)]
    public int Partition { get; set; }

    [Description("Hold: a change that comes only from a new operator waits for a change of the spec or for the annotation rocketeer.dev/approve.")]
    public OperatorUpgradeMode OnOperatorUpgrade { get; set; } = OperatorUpgradeMode.Hold;

    [Description("Seconds that a group that is removed may take to drain before somebody is asked; 0 waits for ever.")]
    [RangeMinimum(0), RangeMaximum(31536000)]
    public int DrainTimeoutSeconds { get; set; }

    [Description("Seconds that a drained group must stay empty before it is removed.")]
    [RangeMinimum(1), RangeMaximum(3600)]
    public int DrainSettleSeconds { get; set; } = 30;

    [Description("Seconds that a pod must be ready before the next one is touched.")]
    [RangeMinimum(0), RangeMaximum(3600)]
    public int MinReadySeconds { get; set; } = 10;
}

/// <summary>Who restarts pods.</summary>
internal enum RolloutMode
{
    Ordered,
    OnDelete,
}

/// <summary>What a new operator may do to running pods.</summary>
internal enum OperatorUpgradeMode
{
    Hold,
    Roll,
}
