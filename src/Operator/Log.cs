using Microsoft.Extensions.Logging;
using Rocketeer.Operator.Runtime.Queueing;

namespace Rocketeer.Operator;

/// <summary>Log messages of the operator's engine; ids 9000 to 9099.</summary>
internal static partial class Log
{
    [LoggerMessage(9000, LogLevel.Warning, "The watch of {Kind} failed; it begins again in {Wait}.")]
    public static partial void WatchFailed(this ILogger logger, Exception exception, string kind, TimeSpan wait);

    [LoggerMessage(9001, LogLevel.Warning, "The event {Reason} on {Entity} could not be written.")]
    public static partial void EventNotWritten(this ILogger logger, Exception exception, string reason, string entity);

    [LoggerMessage(9002, LogLevel.Debug, "{Kind} {Key} changed during its pass, which is repeated: {Why}")]
    public static partial void PassConflict(this ILogger logger, string kind, ResourceKey key, string why);

    [LoggerMessage(9003, LogLevel.Warning, "The pass over {Kind} {Key} failed, {Failures} in a row; the next one is in {Wait}.")]
    public static partial void PassFailed(this ILogger logger, Exception exception, string kind, ResourceKey key, int failures, TimeSpan wait);

    [LoggerMessage(9004, LogLevel.Information, "This operator leads as {Identity}.")]
    public static partial void Leads(this ILogger logger, string identity);

    [LoggerMessage(9005, LogLevel.Information, "Another operator leads: {Leader}.")]
    public static partial void OtherLeads(this ILogger logger, string leader);

    [LoggerMessage(9006, LogLevel.Critical, "This operator no longer leads and ends, so that nobody writes beside the new leader.")]
    public static partial void LeadershipLost(this ILogger logger);

    [LoggerMessage(9007, LogLevel.Warning, "The Lease {Lease} cannot be read or written; until it can, this operator does not lead.")]
    public static partial void LeaseFailed(this ILogger logger, Exception exception, string lease);
}
