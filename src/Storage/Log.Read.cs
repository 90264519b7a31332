using Microsoft.Extensions.Logging;

namespace Rocketeer.Storage;

// Queues, index, dispatch, scheduling: ids 2500 to 2999.
internal static partial class Log
{
    [LoggerMessage(EventId = 2500, Level = LogLevel.Warning,
        Message = "Queue {QueueId} of topic {Topic} already has offset {QueueOffset}; the record at {CommitOffset} is not put again")]
    public static partial void QueueEntryRepeated(this ILogger logger, string topic, int queueId, long queueOffset, long commitOffset);

    [LoggerMessage(EventId = 2501, Level = LogLevel.Warning,
        Message = "Queue {QueueId} of topic {Topic}: the record at {CommitOffset} says offset {QueueOffset} and is put at {MaxOffset}")]
    public static partial void QueueEntryMisplaced(
        this ILogger logger, string topic, int queueId, long queueOffset, long maxOffset, long commitOffset);

    [LoggerMessage(EventId = 2502, Level = LogLevel.Error,
        Message = "A unit could not be written to {Directory}; the entry keeps its plain tags code")]
    public static partial void ExtensionNotWritten(this ILogger logger, Exception exception, string directory);

    [LoggerMessage(EventId = 2503, Level = LogLevel.Warning,
        Message = "Ignoring {Directory}: it is not named like a queue; move it away if it does not belong here")]
    public static partial void ForeignDirectoryIgnored(this ILogger logger, string directory);

    [LoggerMessage(EventId = 2504, Level = LogLevel.Error,
        Message = "The record at {CommitOffset} is in no queue: topic {Topic}, queue {QueueId}, offset {QueueOffset} cannot have a place")]
    public static partial void RecordHasNoQueue(this ILogger logger, long commitOffset, string topic, int queueId, long queueOffset);
}
