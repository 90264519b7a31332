using Microsoft.Extensions.Logging;

namespace Rocketeer.Broker;

// Roles, and what a slave takes over from its master: ids 4360 to 4369.
internal static partial class Log
{
    [LoggerMessage(EventId = 4360, Level = LogLevel.Information, Message = "{Count} topics taken over from master {Master}")]
    public static partial void TopicsTaken(this ILogger logger, int count, string master);

    [LoggerMessage(EventId = 4361, Level = LogLevel.Information, Message = "{Count} consumer groups taken over from master {Master}")]
    public static partial void GroupsTaken(this ILogger logger, int count, string master);

    [LoggerMessage(EventId = 4362, Level = LogLevel.Warning, Message = "The {What} of master {Master} were not taken over, tried again later: {Reason}")]
    public static partial void MetadataNotTaken(this ILogger logger, string what, string master, string reason);

    [LoggerMessage(EventId = 4363, Level = LogLevel.Warning,
        Message = "Broker {Name} is {Role} of epoch {Epoch} now; its log ends at {End}; takes messages: {Writable}")]
    public static partial void BecameMaster(this ILogger logger, string name, string role, long epoch, long end, bool writable);

    [LoggerMessage(EventId = 4364, Level = LogLevel.Warning, Message = "Broker {Name} is slave {Id} since epoch {Epoch} and follows {Master}")]
    public static partial void BecameSlave(this ILogger logger, string name, long id, long epoch, string master);

    [LoggerMessage(EventId = 4365, Level = LogLevel.Warning, Message = "{Address} asked for role {Role} of epoch {Epoch} and was refused: {Reason}")]
    public static partial void RoleChangeRefused(this ILogger logger, string address, string role, long epoch, string reason);

    [LoggerMessage(EventId = 4366, Level = LogLevel.Warning,
        Message = "The role is {Role} of epoch {Epoch}, as decided last ({File}); brokerRole and brokerId of the configuration do not count")]
    public static partial void RoleOfDecision(this ILogger logger, string role, long epoch, string file);

    [LoggerMessage(EventId = 4367, Level = LogLevel.Error, Message = "The log of {Master} is not followed; tried again when a name server names it again")]
    public static partial void NotFollowing(this ILogger logger, Exception exception, string master);

    [LoggerMessage(EventId = 4368, Level = LogLevel.Error,
        Message = "Broker {Name} was replaced as master in epoch {Newer}; it is master of epoch {Own} and takes no messages until it is told its role")]
    public static partial void MasterReplaced(this ILogger logger, string name, long newer, long own);
}
