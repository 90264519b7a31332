namespace Rocketeer.Client.Consuming;

/// <summary>What waits in a process queue.</summary>
/// <param name="Count">Messages that are not finished and not taken for a handler in order.</param>
/// <param name="Bytes">Body bytes of all unfinished messages.</param>
/// <param name="MinOffset">First offset of those; 0 when there is none.</param>
/// <param name="MaxOffset">Last offset of those; 0 when there is none.</param>
internal readonly record struct ProcessQueueState(int Count, long Bytes, long MinOffset, long MaxOffset)
{
    /// <summary>Messages that were taken in order and are not committed.</summary>
    public int TakenCount { get; init; }

    /// <summary>First offset of those; 0 when there is none.</summary>
    public long TakenMinOffset { get; init; }

    /// <summary>Last offset of those; 0 when there is none.</summary>
    public long TakenMaxOffset { get; init; }
}
