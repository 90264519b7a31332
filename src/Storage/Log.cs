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
}
