using Microsoft.Extensions.Logging;

namespace Rocketeer.Client;

/// <summary>What producers of transactions log: 5100-5119.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 5100, Level = LogLevel.Warning, Message = "Local transaction {TransactionId} of group {Group} failed; the broker asks later what became of it")]
    public static partial void TransactionFailed(this ILogger logger, Exception exception, string group, string transactionId);

    [LoggerMessage(EventId = 5101, Level = LogLevel.Warning, Message = "Broker {Address} could not be told what became of transaction {TransactionId} of group {Group}; it asks later")]
    public static partial void OutcomeNotSent(this ILogger logger, Exception exception, string address, string group, string transactionId);

    [LoggerMessage(EventId = 5102, Level = LogLevel.Warning, Message = "The check of transaction {TransactionId} of group {Group} failed; the broker asks again")]
    public static partial void CheckFailed(this ILogger logger, Exception exception, string group, string transactionId);

    [LoggerMessage(EventId = 5103, Level = LogLevel.Warning, Message = "Broker {Address} asks group {Group} about transaction {TransactionId}, but too many checks wait; it asks again")]
    public static partial void CheckDropped(this ILogger logger, string address, string group, string transactionId);

    [LoggerMessage(EventId = 5104, Level = LogLevel.Warning, Message = "Broker {Address} asks group {Group} about a transaction whose message cannot be read")]
    public static partial void CheckUnreadable(this ILogger logger, string address, string group);

    [LoggerMessage(EventId = 5105, Level = LogLevel.Debug, Message = "Group {Group} checks no more transactions")]
    public static partial void ChecksStopped(this ILogger logger, string group);
}
