namespace Rocketeer.Storage.Queues;

/// <summary>The queue was dropped while an entry was being put; the entry belongs into a new queue of the same name.</summary>
internal sealed class QueueDroppedException(string directory)
    : IOException($"The consume queue in {directory} was dropped.");
