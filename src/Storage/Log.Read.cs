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

    [LoggerMessage(EventId = 2510, Level = LogLevel.Critical,
        Message = "Dispatch stopped at {Offset}: messages behind it are in no queue until the store is opened again")]
    public static partial void DispatchStopped(this ILogger logger, Exception exception, long offset);

    [LoggerMessage(EventId = 2519, Level = LogLevel.Error,
        Message = "Dispatch waits at {Offset}: the disk is full; messages behind it appear in their queues when there is space again")]
    public static partial void DispatchHeldUp(this ILogger logger, Exception exception, long offset);

    [LoggerMessage(EventId = 2511, Level = LogLevel.Error,
        Message = "The record at {Offset} says {Size} bytes but its parts do not add up to that; it is skipped")]
    public static partial void RecordSkipped(this ILogger logger, long offset, int size);

    [LoggerMessage(EventId = 2512, Level = LogLevel.Error,
        Message = "There is no record at {Offset}; dispatch goes on at {ReadableEnd}")]
    public static partial void UnreadableSkipped(this ILogger logger, long offset, long readableEnd);

    [LoggerMessage(EventId = 2520, Level = LogLevel.Warning, Message = "Ignoring {Path}: {Reason}; move it away if it does not belong here")]
    public static partial void IndexFileIgnored(this ILogger logger, string path, string reason);

    [LoggerMessage(EventId = 2521, Level = LogLevel.Information,
        Message = "Deleted the index file {Path}, which a crash may have left half written; dispatch builds it again")]
    public static partial void IndexFileRebuilt(this ILogger logger, string path);

    [LoggerMessage(EventId = 2522, Level = LogLevel.Error, Message = "The full index file {Path} could not be flushed")]
    public static partial void IndexFlushFailed(this ILogger logger, Exception exception, string path);

    [LoggerMessage(EventId = 2540, Level = LogLevel.Error,
        Message = "Delayed message {QueueOffset} of level {Level} was not delivered; trying again in {RetryMilliseconds} ms")]
    public static partial void DelayedNotDelivered(
        this ILogger logger, Exception? exception, int level, long queueOffset, long retryMilliseconds);

    [LoggerMessage(EventId = 2541, Level = LogLevel.Error,
        Message = "Delayed message {QueueOffset} of level {Level} at {CommitOffset} cannot be read; it is skipped")]
    public static partial void DelayedUnreadable(this ILogger logger, int level, long queueOffset, long commitOffset);

    [LoggerMessage(EventId = 2542, Level = LogLevel.Error, Message = "The progress of delayed messages could not be written to {Path}")]
    public static partial void DelayOffsetsNotWritten(this ILogger logger, Exception exception, string path);
}
