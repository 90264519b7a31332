using Rocketeer.Storage.Replication;

namespace Rocketeer.Storage;

/// <summary>
/// Waits for an offset of the log to become durable. Derive from it and pool the instances: a wait then allocates nothing. Completed
/// exactly once, in offset order, on a thread of the store; the callback must be short and must not throw.
/// </summary>
public abstract class DurabilityWaiter
{
    /// <summary>The offset waited for; set by the store.</summary>
    public long EndOffset { get; internal set; }

    /// <summary>When the wait ends unsuccessfully, in <see cref="TimeProvider.GetTimestamp"/> ticks; set by the store.</summary>
    internal long Deadline { get; set; }

    /// <summary>What it does about slaves; set by the store.</summary>
    internal ReplicaWait Replica { get; set; }

    /// <summary>Called when the offset is durable, or when the wait is given up.</summary>
    /// <param name="status"><see cref="PutStatus.Ok"/> or the reason; the message is in the log in any case.</param>
    protected internal abstract void Completed(PutStatus status);
}
