using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Queues;

namespace Rocketeer.Storage.Scheduling;

/// <summary>What delayed delivery needs of the store.</summary>
internal interface IDelayedStore
{
    /// <summary>The queues, the schedule topic's among them.</summary>
    ConsumeQueueSet Queues { get; }

    /// <summary>The log.</summary>
    ILogReader Log { get; }

    /// <summary>Everything in the log before this offset is on the disk.</summary>
    long FlushedOffset { get; }

    /// <summary>Appends a message whatever its delay level says.</summary>
    PutResult Put(in MessageToStore message);

    /// <summary>Waits until an append is as durable as configured.</summary>
    Task<PutStatus> WaitDurableAsync(PutResult result, CancellationToken cancellationToken);
}
