using Microsoft.Extensions.Logging;

namespace Rocketeer.Storage;

/// <summary>Everything this project logs; ids 2000 to 2999. Log half 2000-2499, read half 2500-2999.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning,
        Message = "Ignoring {Path}: its name is not that of a data file of {SegmentSize} bytes; move it away if it does not belong here")]
    public static partial void ForeignFileIgnored(this ILogger logger, string path, int segmentSize);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning,
        Message = "The file {Path} has {Length} of {SegmentSize} bytes after a crash; taking the rest as zeros")]
    public static partial void ShortFileExtended(this ILogger logger, string path, long length, int segmentSize);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Warning, Message = "Preparing space ahead in {Path} failed; appends try by themselves")]
    public static partial void PreallocationFailed(this ILogger logger, Exception exception, string path);

    [LoggerMessage(EventId = 2010, Level = LogLevel.Error,
        Message = "No space for more messages in {Directory}; refusing them until there is")]
    public static partial void SpaceIsShort(this ILogger logger, Exception exception, string directory);

    [LoggerMessage(EventId = 2011, Level = LogLevel.Information, Message = "There is space again in {Directory}; taking messages")]
    public static partial void SpaceIsBack(this ILogger logger, string directory);

    [LoggerMessage(EventId = 2012, Level = LogLevel.Critical,
        Message = "A flush failed behind offset {FlushedOffset}; the commit log accepts no more messages until the process is restarted")]
    public static partial void FlushFailed(this ILogger logger, Exception exception, long flushedOffset);

    [LoggerMessage(EventId = 2013, Level = LogLevel.Error, Message = "The callback of the sender that waited for offset {EndOffset} failed")]
    public static partial void WaiterFailed(this ILogger logger, Exception exception, long endOffset);

    [LoggerMessage(EventId = 2020, Level = LogLevel.Warning,
        Message = "The commit log ends at offset {EndOffset} in {Path}; what follows is not a record and was cut off")]
    public static partial void TornTailCut(this ILogger logger, long endOffset, string path);

    [LoggerMessage(EventId = 2030, Level = LogLevel.Information, Message = "Deleting the commit log file {Path}")]
    public static partial void DeletingLogFile(this ILogger logger, string path);

    [LoggerMessage(EventId = 2031, Level = LogLevel.Error,
        Message = "The partition of {Path} is full to {Used:P0}; refusing messages and deleting old files")]
    public static partial void DiskIsFull(this ILogger logger, string path, double used);

    [LoggerMessage(EventId = 2032, Level = LogLevel.Information, Message = "The partition of {Path} is full to {Used:P0} again; taking messages")]
    public static partial void DiskHasSpace(this ILogger logger, string path, double used);

    [LoggerMessage(EventId = 2040, Level = LogLevel.Critical,
        Message = "The {Service} of the store stopped; the store must be opened again")]
    public static partial void ServiceFailed(this ILogger logger, Exception exception, string service);

    [LoggerMessage(EventId = 2041, Level = LogLevel.Information,
        Message = "Opened the store {Directory}: log from {MinOffset} to {MaxOffset}, closed before: {WasClosed}")]
    public static partial void StoreOpened(this ILogger logger, string directory, long minOffset, long maxOffset, bool wasClosed);

    [LoggerMessage(EventId = 2042, Level = LogLevel.Warning,
        Message = "The store {Directory} was not closed; checking the log from offset {StartOffset}")]
    public static partial void RecoveringAfterCrash(this ILogger logger, string directory, long startOffset);

    [LoggerMessage(EventId = 2043, Level = LogLevel.Warning,
        Message = "Closing the store {Directory} with its abort marker in place, because {Reason}; the next start will check it")]
    public static partial void ClosedUncleanly(this ILogger logger, string directory, string reason);

    [LoggerMessage(EventId = 2050, Level = LogLevel.Warning,
        Message = "Cutting {Length} bytes off the commit log, from offset {Offset} on, and their entries out of queues and index")]
    public static partial void CuttingOff(this ILogger logger, long offset, long length);
}
