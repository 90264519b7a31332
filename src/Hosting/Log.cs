using System.Net;
using Microsoft.Extensions.Logging;

namespace Rocketeer.Hosting;

internal static partial class Log   // Rocketeer.Hosting owns 6000-6999
{
    [LoggerMessage(EventId = 6001, Level = LogLevel.Warning, Message = "{Warning}")]
    public static partial void ConfigurationWarning(this ILogger logger, string warning);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Information, Message = "Probes and metrics listen on {EndPoint}")]
    public static partial void ProbesListening(this ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(EventId = 6003, Level = LogLevel.Debug, Message = "A probe or scrape failed: {Problem}")]
    public static partial void ProbeFailed(this ILogger logger, string problem);

    [LoggerMessage(EventId = 6004, Level = LogLevel.Information, Message = "Standard input ended; stopping")]
    public static partial void StandardInputEnded(this ILogger logger);
}
