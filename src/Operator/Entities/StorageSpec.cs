using k8s.Models;
using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>
/// Where the brokers keep their messages. That the size does not shrink is the controller's check: CEL's quantity() would keep the CRD from
/// API servers before 1.29.
/// </summary>
[ValidationRule("!self.autoGrow.enabled || has(self.autoGrow.maxSize)", "storage.autoGrow.maxSize is required when autoGrow is enabled.")]
[ValidationRule("self.ephemeral == oldSelf.ephemeral", "storage.ephemeral cannot be changed.")]
[ValidationRule(
    "has(self.storageClassName) == has(oldSelf.storageClassName) && (!has(self.storageClassName) || self.storageClassName == oldSelf.storageClassName)",
    "storage.storageClassName cannot be changed.")]
internal sealed class StorageSpec
{
    [Description("Size of each broker's volume. It can grow, never shrink.")]
    public ResourceQuantity Size { get; set; } = new("20Gi");

    [Description("StorageClass; the cluster's default when absent. It cannot be changed.")]
    [Length(1, 253)]
    public string? StorageClassName { get; set; }

    [Description("True: messages are kept in an emptyDir and go with the pod. It cannot be changed.")]
    public bool Ephemeral { get; set; }

    [Description("Online: a larger size is carried out. Manual: it is only reported.")]
    public ExpansionMode Expansion { get; set; } = ExpansionMode.Online;

    [Description("Growing before the disk is full.")]
    public AutoGrowSpec AutoGrow { get; set; } = new();

    [Description("What happens to volumes when the cluster is deleted.")]
    public VolumeRetention OnClusterDelete { get; set; } = VolumeRetention.Retain;

    [Description("What happens to volumes of a group that is removed.")]
    public VolumeRetention OnScaleIn { get; set; } = VolumeRetention.Retain;
}

/// <summary>Growing before the disk is full.</summary>
internal sealed class AutoGrowSpec
{
    [Description("Whether volumes grow by themselves.")]
    public bool Enabled { get; set; }

    [Description("Use of the disk, in percent, from which a volume grows.")]
    [RangeMinimum(50), RangeMaximum(95)]
    public int ThresholdPercent { get; set; } = 80;

    [Description("By how much it grows, in percent of its size.")]
    [RangeMinimum(1), RangeMaximum(100)]
    public int StepPercent { get; set; } = 20;

    [Description("Size that no volume grows beyond.")]
    public ResourceQuantity? MaxSize { get; set; }
}

/// <summary>Whether volumes grow when the size does.</summary>
internal enum ExpansionMode
{
    Online,
    Manual,
}

/// <summary>What happens to volumes that nobody uses any more.</summary>
internal enum VolumeRetention
{
    Retain,
    Delete,
}
