using Microsoft.Extensions.Logging;

namespace Rocketeer.Client;

/// <summary>Everything the client logs. Ids: 5000-5299 shared parts and producing, 5300-5599 consuming, 5600-5699 administration.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 5001, Level = LogLevel.Warning, Message = "Name server {Server} did not answer; the next one is tried")]
    public static partial void NameServerFailed(this ILogger logger, Exception exception, string server);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "The route of topic {Topic} could not be asked for; the known one stays in use")]
    public static partial void RoutePollFailed(this ILogger logger, Exception exception, string topic);

    [LoggerMessage(EventId = 5003, Level = LogLevel.Warning, Message = "Topic {Topic} no longer exists; its route is dropped")]
    public static partial void TopicVanished(this ILogger logger, string topic);

    [LoggerMessage(EventId = 5004, Level = LogLevel.Information, Message = "Route of topic {Topic}: {Writable} queues to write, {Readable} to read")]
    public static partial void RouteChanged(this ILogger logger, string topic, int writable, int readable);

    [LoggerMessage(EventId = 5005, Level = LogLevel.Warning, Message = "Heartbeat to broker {Broker} at {Address} failed")]
    public static partial void HeartbeatFailed(this ILogger logger, Exception exception, string broker, string address);

    [LoggerMessage(EventId = 5006, Level = LogLevel.Debug, Message = "Broker {Broker} at {Address} was not told that group {Group} leaves; it will notice by itself")]
    public static partial void UnregisterFailed(this ILogger logger, Exception exception, string broker, string address, string group);

    [LoggerMessage(EventId = 5007, Level = LogLevel.Error, Message = "The loop '{Loop}' failed and goes on at its next turn")]
    public static partial void LoopTurnFailed(this ILogger logger, Exception exception, string loop);

    [LoggerMessage(EventId = 5008, Level = LogLevel.Error, Message = "Group {Group} failed to end; the client goes on closing")]
    public static partial void MemberDisposeFailed(this ILogger logger, Exception exception, string group);

    [LoggerMessage(EventId = 5009, Level = LogLevel.Information, Message = "Broker {Address} sent {Code} for group {Group}, which this client does not have")]
    public static partial void RequestForUnknownGroup(this ILogger logger, string address, int code, string? group);

    [LoggerMessage(EventId = 5010, Level = LogLevel.Debug, Message = "The client closes; topic {Topic} is not looked up any more")]
    public static partial void RefreshStopped(this ILogger logger, string topic);
}
