using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client;

/// <summary>What consumers log: 5300-5599.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 5300, Level = LogLevel.Warning, Message = "Pulling {Queue} from offset {Offset} failed; it is tried again in 3 s")]
    public static partial void PullFailed(this ILogger logger, Exception exception, MessageQueue queue, long offset);

    [LoggerMessage(EventId = 5301, Level = LogLevel.Warning, Message = "{Queue} has no offset {Asked}; consumption goes on at {Corrected}")]
    public static partial void OffsetIllegal(this ILogger logger, MessageQueue queue, long asked, long corrected);

    [LoggerMessage(EventId = 5302, Level = LogLevel.Warning, Message = "The handler of group {Group} failed on {Count} message(s), the first of them {MessageId}; they are delivered again later")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception, string group, int count, string messageId);

    [LoggerMessage(EventId = 5303, Level = LogLevel.Warning, Message = "Group {Group} loses message {MessageId}: its handler did not accept it, and broadcasting knows no retry")]
    public static partial void BroadcastMessageLost(this ILogger logger, string group, string messageId);

    [LoggerMessage(EventId = 5304, Level = LogLevel.Warning, Message = "Message {MessageId} of group {Group} could not be given back; it is handled again in 5 s")]
    public static partial void SendBackFailed(this ILogger logger, Exception exception, string group, string messageId);

    [LoggerMessage(EventId = 5305, Level = LogLevel.Warning, Message = "Message {MessageId} of group {Group} is in work longer than {Timeout}; it is given back, and its handler's token fires")]
    public static partial void ConsumeTimedOut(this ILogger logger, string messageId, string group, TimeSpan timeout);

    [LoggerMessage(EventId = 5306, Level = LogLevel.Warning, Message = "The members of group {Group} are unknown for topic {Topic}; its queues stay as they are")]
    public static partial void RebalanceSkipped(this ILogger logger, Exception? exception, string group, string topic);

    [LoggerMessage(EventId = 5307, Level = LogLevel.Information, Message = "Group {Group} now reads {Held} queues: {Added} taken, {Removed} given up")]
    public static partial void QueuesChanged(this ILogger logger, string group, int held, int added, int removed);

    [LoggerMessage(EventId = 5308, Level = LogLevel.Warning, Message = "Where group {Group} begins on {Queue} could not be found out; it is tried again in 2 s")]
    public static partial void StartOffsetUnknown(this ILogger logger, Exception exception, string group, MessageQueue queue);

    [LoggerMessage(EventId = 5309, Level = LogLevel.Warning, Message = "The offset of group {Group} on {Queue} could not be stored; it is tried again in a while")]
    public static partial void OffsetPersistFailed(this ILogger logger, Exception exception, string group, MessageQueue queue);

    [LoggerMessage(EventId = 5310, Level = LogLevel.Warning, Message = "The pull of {Queue} hangs; the queue is taken anew")]
    public static partial void QueueRepaired(this ILogger logger, MessageQueue queue);

    [LoggerMessage(EventId = 5311, Level = LogLevel.Warning, Message = "Group {Group} stops while {Running} handler(s) still run; their tokens fire, and their messages are delivered again")]
    public static partial void StopGraceOver(this ILogger logger, string group, int running);

    [LoggerMessage(EventId = 5312, Level = LogLevel.Information, Message = "Group {Group}: the offsets of {Count} queue(s) of topic {Topic} were reset from outside")]
    public static partial void OffsetsReset(this ILogger logger, string group, int count, string topic);

    [LoggerMessage(EventId = 5313, Level = LogLevel.Warning, Message = "The offset file {Path} could not be written; it is tried again in a while")]
    public static partial void OffsetFileFailed(this ILogger logger, Exception exception, string path);

    [LoggerMessage(EventId = 5315, Level = LogLevel.Error, Message = "Group {Group} could not go on at the corrected offset of {Queue}; the next rebalance takes the queue anew")]
    public static partial void OffsetCorrectionFailed(this ILogger logger, Exception exception, string group, MessageQueue queue);

    [LoggerMessage(EventId = 5314, Level = LogLevel.Warning, Message = "The offset file {Path} cannot be read; its backup is used")]
    public static partial void OffsetFileUnreadable(this ILogger logger, Exception exception, string path);

    [LoggerMessage(EventId = 5320, Level = LogLevel.Warning, Message = "Group {Group} could not lock {Count} queue(s) at broker {Broker}; they are not consumed without their locks, and are asked for again")]
    public static partial void QueueLockFailed(this ILogger logger, Exception exception, string group, int count, string broker);

    [LoggerMessage(EventId = 5321, Level = LogLevel.Warning, Message = "Group {Group} could not unlock {Count} queue(s) at broker {Broker}; the locks expire there within 60 s")]
    public static partial void QueueUnlockFailed(this ILogger logger, Exception exception, string group, int count, string broker);

    [LoggerMessage(EventId = 5322, Level = LogLevel.Warning, Message = "Group {Group} lost the locks of {Count} queue(s), the first of them {Queue}; what was read of them is dropped, and they are taken anew")]
    public static partial void QueueLocksLost(this ILogger logger, string group, int count, MessageQueue queue);

    [LoggerMessage(EventId = 5323, Level = LogLevel.Warning, Message = "The handler of group {Group} failed on {Count} message(s), the first of them {MessageId}; {Queue} waits and gets them again")]
    public static partial void OrderedHandlerFailed(this ILogger logger, Exception exception, string group, int count, string messageId, MessageQueue queue);

    [LoggerMessage(EventId = 5324, Level = LogLevel.Warning, Message = "Message {MessageId} of group {Group} could not be made a dead letter; its queue waits for it")]
    public static partial void BuryFailed(this ILogger logger, Exception exception, string group, string messageId);
}
