using Microsoft.Extensions.Logging;

namespace Rocketeer.Broker;

// Filters: 4470 to 4479.
internal static partial class Log
{
    [LoggerMessage(EventId = 4470, Level = LogLevel.Information, Message = "Group {Group} filters topic {Topic} by {Expression}")]
    public static partial void FilterRegistered(this ILogger logger, string group, string topic, string expression);

    [LoggerMessage(EventId = 4471, Level = LogLevel.Warning, Message = "The filter of group {Group} on topic {Topic} is refused: {Reason}")]
    public static partial void FilterRefused(this ILogger logger, string group, string topic, string reason);

    [LoggerMessage(EventId = 4472, Level = LogLevel.Warning, Message = "Group {Group} filters topic {Topic} by {Type}, which this broker does not know")]
    public static partial void FilterTypeUnknown(this ILogger logger, string group, string topic, string? type);

    [LoggerMessage(EventId = 4473, Level = LogLevel.Information, Message = "The filter of group {Group} on topic {Topic} is forgotten: the group has been gone for too long")]
    public static partial void FilterForgotten(this ILogger logger, string group, string topic);

    [LoggerMessage(EventId = 4474, Level = LogLevel.Warning, Message = "{Path} is ignored: its bits were placed with other settings; filters begin anew with the next heartbeats")]
    public static partial void FiltersIgnored(this ILogger logger, string path);

    [LoggerMessage(EventId = 4475, Level = LogLevel.Error, Message = "A pull of {Group} for {Topic} queue {QueueId} could not be answered")]
    public static partial void FilteredPullFailed(this ILogger logger, Exception exception, string group, string topic, int queueId);
}
