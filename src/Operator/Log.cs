using Microsoft.Extensions.Logging;
using Rocketeer.Operator.Runtime.Queueing;

namespace Rocketeer.Operator;

/// <summary>Log messages of the operator's engine; ids 9000 to 9099.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 9000, Level = LogLevel.Warning, Message = "The watch of {Kind} failed; it begins again in {Wait}.")]
    public static partial void WatchFailed(this ILogger logger, Exception exception, string kind, TimeSpan wait);

    [LoggerMessage(EventId = 9001, Level = LogLevel.Warning, Message = "The event {Reason} on {Entity} could not be written.")]
    public static partial void EventNotWritten(this ILogger logger, Exception exception, string reason, string entity);

    [LoggerMessage(EventId = 9002, Level = LogLevel.Debug, Message = "{Kind} {Key} changed during its pass, which is repeated: {Why}")]
    public static partial void PassConflict(this ILogger logger, string kind, ResourceKey key, string why);

    [LoggerMessage(EventId = 9003, Level = LogLevel.Warning, Message = "The pass over {Kind} {Key} failed, {Failures} in a row; the next one is in {Wait}.")]
    public static partial void PassFailed(this ILogger logger, Exception exception, string kind, ResourceKey key, int failures, TimeSpan wait);

    [LoggerMessage(EventId = 9004, Level = LogLevel.Information, Message = "This operator leads as {Identity}.")]
    public static partial void Leads(this ILogger logger, string identity);

    [LoggerMessage(EventId = 9005, Level = LogLevel.Information, Message = "Another operator leads: {Leader}.")]
    public static partial void OtherLeads(this ILogger logger, string leader);

    [LoggerMessage(EventId = 9006, Level = LogLevel.Critical, Message = "This operator no longer leads and ends, so that nobody writes beside the new leader.")]
    public static partial void LeadershipLost(this ILogger logger);

    [LoggerMessage(EventId = 9007, Level = LogLevel.Warning, Message = "The Lease {Lease} cannot be read or written; until it can, this operator does not lead.")]
    public static partial void LeaseFailed(this ILogger logger, Exception exception, string lease);

    [LoggerMessage(EventId = 9008, Level = LogLevel.Debug, Message = "The work of {Identity} has ended.")]
    public static partial void WorkEnded(this ILogger logger, string identity);
}
