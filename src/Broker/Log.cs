using Microsoft.Extensions.Logging;

namespace Rocketeer.Broker;

/// <summary>What the broker logs: ids 4000 to 4999.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 4000, Level = LogLevel.Information,
        Message = "Broker {Name} ({Role}, id {Id}) of cluster {Cluster} serves {Address} and port {VipPort}, store {Store}")]
    public static partial void BrokerStarted(
        this ILogger logger, string name, Configuration.BrokerRole role, long id, string cluster, string address, int vipPort, string store);

    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "Broker {Name} stops")]
    public static partial void BrokerStopping(this ILogger logger, string name);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Information, Message = "Broker {Name} stopped")]
    public static partial void BrokerStopped(this ILogger logger, string name);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Error, Message = "While stopping: {Step} failed; the other steps go on")]
    public static partial void StopStepFailed(this ILogger logger, Exception exception, string step);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Warning, Message = "{Key} has no effect in this broker")]
    public static partial void KeyWithoutEffect(this ILogger logger, string key);

    [LoggerMessage(EventId = 4010, Level = LogLevel.Error, Message = "{Path} could not be saved; the next change tries again")]
    public static partial void ConfigFileNotSaved(this ILogger logger, Exception exception, string path);

    [LoggerMessage(EventId = 4011, Level = LogLevel.Warning, Message = "{Path} could not be read; its backup {Path}.bak is used")]
    public static partial void BackupUsed(this ILogger logger, Exception? exception, string path);

    [LoggerMessage(EventId = 4012, Level = LogLevel.Warning, Message = "{Path}: {Count} keys are not topic@group and are left out")]
    public static partial void OffsetKeysSkipped(this ILogger logger, string path, int count);

    [LoggerMessage(EventId = 4020, Level = LogLevel.Information, Message = "Topic {Topic} created: {Read} read and {Write} write queues, permission {Permission}")]
    public static partial void TopicCreated(this ILogger logger, string topic, int read, int write, int permission);

    [LoggerMessage(EventId = 4021, Level = LogLevel.Information, Message = "Topic {Topic} updated: {Read} read and {Write} write queues, permission {Permission}")]
    public static partial void TopicUpdated(this ILogger logger, string topic, int read, int write, int permission);

    [LoggerMessage(EventId = 4022, Level = LogLevel.Information, Message = "Topic {Topic} deleted")]
    public static partial void TopicDeleted(this ILogger logger, string topic);

    [LoggerMessage(EventId = 4023, Level = LogLevel.Information, Message = "Consumer group {Group} created")]
    public static partial void GroupCreated(this ILogger logger, string group);

    [LoggerMessage(EventId = 4024, Level = LogLevel.Information, Message = "Consumer group {Group} updated")]
    public static partial void GroupUpdated(this ILogger logger, string group);

    [LoggerMessage(EventId = 4025, Level = LogLevel.Information, Message = "Consumer group {Group} deleted")]
    public static partial void GroupDeleted(this ILogger logger, string group);

    [LoggerMessage(EventId = 4026, Level = LogLevel.Warning, Message = "The retry topic of consumer group {Group} was not created: {Reason}")]
    public static partial void RetryTopicNotCreated(this ILogger logger, string group, string reason);

    [LoggerMessage(EventId = 4030, Level = LogLevel.Debug, Message = "Group {Group}: client {Client} was not told of the change")]
    public static partial void GroupChangeNotSent(this ILogger logger, Exception exception, string group, string client);

    [LoggerMessage(EventId = 4031, Level = LogLevel.Warning, Message = "Client {Address} sent no heartbeat for {Seconds} s; its connection is closed")]
    public static partial void ClientSilent(this ILogger logger, string address, int seconds);

    [LoggerMessage(EventId = 4040, Level = LogLevel.Information, Message = "Registered with name server {Address}")]
    public static partial void Registered(this ILogger logger, string address);

    [LoggerMessage(EventId = 4041, Level = LogLevel.Warning, Message = "Not registered with name server {Address}, tried again within {Seconds} s: {Reason}")]
    public static partial void NotRegistered(this ILogger logger, string address, int seconds, string reason);

    [LoggerMessage(EventId = 4042, Level = LogLevel.Warning, Message = "Name server {Address} refused the registration with {Code}: {Remark}")]
    public static partial void RegistrationRefused(this ILogger logger, string address, int code, string? remark);

    [LoggerMessage(EventId = 4043, Level = LogLevel.Warning, Message = "Name server {Address} was not told that this broker leaves: {Reason}")]
    public static partial void NotUnregistered(this ILogger logger, string address, string reason);

    [LoggerMessage(EventId = 4050, Level = LogLevel.Information, Message = "Settings changed by {Address}: {Keys}")]
    public static partial void SettingsChanged(this ILogger logger, string address, string keys);

    [LoggerMessage(EventId = 4051, Level = LogLevel.Information, Message = "{Address} reset the offsets of group {Group} in topic {Topic} to time {Timestamp}")]
    public static partial void OffsetsReset(this ILogger logger, string address, string group, string topic, long timestamp);

    [LoggerMessage(EventId = 4052, Level = LogLevel.Warning, Message = "Group {Group} reads topic {Topic} {Bytes} bytes behind the end of the log, more than consumerFallbehindThreshold={Threshold}: it may not consume any more, until its consumeEnable is set again")]
    public static partial void SlowGroupDisabled(this ILogger logger, string group, string topic, long bytes, long threshold);

    [LoggerMessage(EventId = 4060, Level = LogLevel.Information, Message = "Access control: {Path} has {Accounts} accounts and {Addresses} patterns of trusted addresses")]
    public static partial void AclLoaded(this ILogger logger, string path, int accounts, int addresses);

    [LoggerMessage(EventId = 4061, Level = LogLevel.Information, Message = "Access control: {Path} has changed and is in force: {Accounts} accounts, {Addresses} patterns of trusted addresses")]
    public static partial void AclReloaded(this ILogger logger, string path, int accounts, int addresses);

    [LoggerMessage(EventId = 4062, Level = LogLevel.Error, Message = "Access control: {Path} has changed but is not taken, the rules before stay in force. {Mistakes}")]
    public static partial void AclRejected(this ILogger logger, string path, string mistakes);

    [LoggerMessage(EventId = 4063, Level = LogLevel.Error, Message = "Access control: {Path} cannot be read, the rules before stay in force: {Reason}")]
    public static partial void AclUnreadable(this ILogger logger, string path, string reason);

    [LoggerMessage(EventId = 4064, Level = LogLevel.Warning, Message = "Access control: request {Code} from {Remote} is refused: {Reason}")]
    public static partial void RequestRefused(this ILogger logger, int code, string remote, string reason);

    [LoggerMessage(EventId = 4065, Level = LogLevel.Warning, Message = "Access control: {Count} more requests were refused and not logged")]
    public static partial void RefusalsNotLogged(this ILogger logger, int count);

    [LoggerMessage(EventId = 4900, Level = LogLevel.Error, Message = "A waiting pull of {Group} for {Topic} queue {QueueId} could not be answered")]
    public static partial void HeldPullFailed(this ILogger logger, Exception exception, string group, string topic, int queueId);
}
