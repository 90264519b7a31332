using Microsoft.Extensions.Logging;

namespace Rocketeer.Client;

/// <summary>What the message trace logs: 5120-5129.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 5120, Level = LogLevel.Warning, Message = "A message with {Records} trace records could not be sent; they are lost, later ones are tried again")]
    public static partial void TraceNotSent(this ILogger logger, Exception exception, int records);

    [LoggerMessage(EventId = 5121, Level = LogLevel.Warning, Message = "{Records} trace records were dropped, because too many waited or the client closed")]
    public static partial void TracesDropped(this ILogger logger, long records);
}
