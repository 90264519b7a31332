using Microsoft.Extensions.Logging;
using Rocketeer.Storage;

namespace Rocketeer.Broker;

/// <summary>What transactions log: ids 4700 to 4719.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 4700, Level = LogLevel.Debug,
        Message = "Producer group {Group} at {Address} does not know yet what becomes of half message {Offset} ({MessageId}): {Reason}")]
    public static partial void TransactionUnknown(
        this ILogger logger, string group, string address, long offset, string? messageId, string? reason);

    [LoggerMessage(EventId = 4701, Level = LogLevel.Warning,
        Message = "Producer group {Group} at {Address} cannot end the transaction at log offset {CommitOffset}, half message {Offset}: {Problem}")]
    public static partial void TransactionEndRefused(
        this ILogger logger, string group, string address, long commitOffset, long offset, string problem);

    [LoggerMessage(EventId = 4702, Level = LogLevel.Warning,
        Message = "That half message {Offset} of producer group {Group} is done with could not be noted ({Status}); its producer is asked again")]
    public static partial void OperationNotStored(this ILogger logger, string group, long offset, PutStatus status);

    [LoggerMessage(EventId = 4703, Level = LogLevel.Warning,
        Message = "Half message {Offset} ({MessageId}) of producer group {Group} for topic {Topic} is given up: {Reason}")]
    public static partial void HalfMessageDiscarded(
        this ILogger logger, long offset, string? messageId, string? group, string? topic, string reason);

    [LoggerMessage(EventId = 4704, Level = LogLevel.Warning,
        Message = "Half message {Offset} could not be kept for another check ({Status}); it is tried again with the next run")]
    public static partial void HalfMessageNotKept(this ILogger logger, long offset, PutStatus status);

    [LoggerMessage(EventId = 4705, Level = LogLevel.Warning,
        Message = "Nobody of producer group {Group} can be asked what became of transaction {TransactionId}")]
    public static partial void NobodyToAsk(this ILogger logger, string group, string? transactionId);

    [LoggerMessage(EventId = 4706, Level = LogLevel.Warning,
        Message = "Producer {Address} of group {Group} could not be asked what became of transaction {TransactionId}")]
    public static partial void CheckNotSent(this ILogger logger, Exception exception, string address, string group, string? transactionId);

    [LoggerMessage(EventId = 4707, Level = LogLevel.Error, Message = "A run of the transaction check failed; the next one is in {Milliseconds} ms")]
    public static partial void TransactionCheckFailed(this ILogger logger, Exception exception, long milliseconds);

    [LoggerMessage(EventId = 4708, Level = LogLevel.Information,
        Message = "Transaction check: half messages {From} to {To} done, {Asked} producers asked, {Discarded} given up, operations up to {Operations}")]
    public static partial void TransactionsChecked(this ILogger logger, long from, long to, int asked, int discarded, long operations);
}
