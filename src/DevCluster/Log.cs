using Microsoft.Extensions.Logging;

namespace Rocketeer.DevCluster;

/// <summary>Log messages of the development cluster: 8000-8999.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 8000, Level = LogLevel.Warning,
        Message = "{What} could not be brought up to date and is tried again: {Reason}")]
    public static partial void PassFailed(this ILogger logger, string what, string reason);

    [LoggerMessage(EventId = 8001, Level = LogLevel.Information, Message = "pod {Pod}: container {Container} runs as process {ProcessId}")]
    public static partial void ContainerStarted(this ILogger logger, string pod, string container, int processId);

    [LoggerMessage(EventId = 8002, Level = LogLevel.Warning, Message = "pod {Pod}: container {Container} ended with exit code {ExitCode}")]
    public static partial void ContainerEnded(this ILogger logger, string pod, string container, int exitCode);

    [LoggerMessage(EventId = 8003, Level = LogLevel.Warning, Message = "pod {Pod}: {Reason}: {Message}")]
    public static partial void ContainerWaits(this ILogger logger, string pod, string reason, string message);

    [LoggerMessage(EventId = 8004, Level = LogLevel.Warning, Message = "pod {Pod}: the {Probe} probe fails: {Reason}")]
    public static partial void ProbeFails(this ILogger logger, string pod, string probe, string reason);

    [LoggerMessage(EventId = 8005, Level = LogLevel.Warning, Message = "service {Service}: {Address} cannot be listened on: {Reason}")]
    public static partial void ServiceNotServed(this ILogger logger, string service, string address, string reason);
}
