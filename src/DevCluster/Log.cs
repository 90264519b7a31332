using Microsoft.Extensions.Logging;

namespace Rocketeer.DevCluster;

/// <summary>Log messages of the development cluster: 8000-8999.</summary>
internal static partial class Log
{
    [LoggerMessage(8000, LogLevel.Warning, "{What} could not be brought up to date and is tried again: {Reason}")]
    public static partial void PassFailed(this ILogger logger, string what, string reason);

    [LoggerMessage(8001, LogLevel.Information, "pod {Pod}: container {Container} runs as process {ProcessId}")]
    public static partial void ContainerStarted(this ILogger logger, string pod, string container, int processId);

    [LoggerMessage(8002, LogLevel.Warning, "pod {Pod}: container {Container} ended with exit code {ExitCode}")]
    public static partial void ContainerEnded(this ILogger logger, string pod, string container, int exitCode);

    [LoggerMessage(8003, LogLevel.Warning, "pod {Pod}: {Reason}: {Message}")]
    public static partial void ContainerWaits(this ILogger logger, string pod, string reason, string message);

    [LoggerMessage(8004, LogLevel.Warning, "pod {Pod}: the {Probe} probe fails: {Reason}")]
    public static partial void ProbeFails(this ILogger logger, string pod, string probe, string reason);

    [LoggerMessage(8005, LogLevel.Warning, "service {Service}: {Address} cannot be listened on: {Reason}")]
    public static partial void ServiceNotServed(this ILogger logger, string service, string address, string reason);
}
