namespace Rocketeer.Storage.CommitLogs;

/// <summary>
/// One thing that must have happened to an offset before its message is as durable as configured: the disk, a replica. Whoever moves it
/// calls <see cref="DurabilityGate.Advance"/> afterwards. Thread-safe.
/// </summary>
internal interface IDurabilityCondition
{
    /// <summary>Everything before this offset fulfils the condition. Never goes back.</summary>
    long ReachedOffset { get; }

    /// <summary>What the sender is told when the condition was not fulfilled in time.</summary>
    PutStatus LateStatus { get; }
}
