namespace Rocketeer.Client.Consuming;

/// <summary>What waits in a process queue.</summary>
/// <param name="Count">Unfinished messages.</param>
/// <param name="Bytes">Their body bytes.</param>
/// <param name="MinOffset">First unfinished offset; 0 when there is none.</param>
/// <param name="MaxOffset">Last cached offset; 0 when there is none.</param>
internal readonly record struct ProcessQueueState(int Count, long Bytes, long MinOffset, long MaxOffset);
