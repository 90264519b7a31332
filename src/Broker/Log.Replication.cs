using Microsoft.Extensions.Logging;

namespace Rocketeer.Broker;

// Replication: ids 4300 to 4349.
internal static partial class Log
{
    [LoggerMessage(EventId = 4300, Level = LogLevel.Information, Message = "Slave {Address} connected")]
    public static partial void SlaveConnected(this ILogger logger, string address);

    [LoggerMessage(EventId = 4301, Level = LogLevel.Information, Message = "Slave {Address} asked for offset {Request}; sending from {Start}")]
    public static partial void SlaveAsked(this ILogger logger, string address, long request, long start);

    [LoggerMessage(EventId = 4302, Level = LogLevel.Warning,
        Message = "Slave {Address} asks for offset {Start}, but the log begins at {MinOffset}: what it lacks is deleted, it must begin anew")]
    public static partial void SlaveOutOfReach(this ILogger logger, string address, long start, long minOffset);

    [LoggerMessage(EventId = 4303, Level = LogLevel.Warning, Message = "Slave {Address} is disconnected: {Reason}")]
    public static partial void SlaveGone(this ILogger logger, string address, string reason);

    [LoggerMessage(EventId = 4304, Level = LogLevel.Error, Message = "Serving slave {Address} failed")]
    public static partial void SlaveFailed(this ILogger logger, Exception exception, string address);

    [LoggerMessage(EventId = 4305, Level = LogLevel.Warning, Message = "A slave could not be accepted; trying again")]
    public static partial void SlaveNotAccepted(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 4306, Level = LogLevel.Warning,
        Message = "Turned {Address} away from the HA port, and others from now on: this broker is no master")]
    public static partial void SlaveTurnedAway(this ILogger logger, string address);

    [LoggerMessage(EventId = 4307, Level = LogLevel.Warning,
        Message = "Turned {Address} away from the HA port, and others from now on: {Maximum} slaves are connected")]
    public static partial void TooManySlaves(this ILogger logger, string address, int maximum);

    [LoggerMessage(EventId = 4308, Level = LogLevel.Warning,
        Message = "Slave {Address} is {LagBytes} bytes behind, more than haSlaveFallbehindMax; nobody waits for it until it has caught up")]
    public static partial void SlaveFarBehind(this ILogger logger, string address, long lagBytes);

    [LoggerMessage(EventId = 4309, Level = LogLevel.Information, Message = "Slave {Address} has caught up")]
    public static partial void SlaveCaughtUp(this ILogger logger, string address);

    [LoggerMessage(EventId = 4320, Level = LogLevel.Information, Message = "Following the master {Address}, own log ends at {OwnOffset}")]
    public static partial void FollowBegins(this ILogger logger, string address, long ownOffset);

    [LoggerMessage(EventId = 4321, Level = LogLevel.Information, Message = "Copying the log of {Address} from offset {Offset} on")]
    public static partial void FollowVerified(this ILogger logger, string address, long offset);

    [LoggerMessage(EventId = 4322, Level = LogLevel.Warning, Message = "The log of {Address} is not copied, tried again: {Reason}")]
    public static partial void FollowInterrupted(this ILogger logger, string address, string reason);

    [LoggerMessage(EventId = 4323, Level = LogLevel.Error,
        Message = "This log is not a copy of that of {Address}: {Reason} What is not the master's, {Length} bytes from offset {Offset} on, is kept in {Directory}; copying goes on from there")]
    public static partial void FollowDiverged(
        this ILogger logger, string address, string reason, long length, long offset, string directory);

    [LoggerMessage(EventId = 4324, Level = LogLevel.Information, Message = "No longer following {Address}")]
    public static partial void FollowEnded(this ILogger logger, string address);

    [LoggerMessage(EventId = 4325, Level = LogLevel.Error, Message = "Copying the log of {Address} failed; tried again")]
    public static partial void FollowFailed(this ILogger logger, Exception exception, string address);
}
