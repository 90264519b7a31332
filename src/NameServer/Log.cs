using System.Net;
using Microsoft.Extensions.Logging;

namespace Rocketeer.NameServer;

internal static partial class Log   // Rocketeer.NameServer owns 3000-3999
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "The name server listens on {EndPoint}; the KV configuration is {KvConfigPath}")]
    public static partial void Listening(this ILogger logger, IPEndPoint endPoint, string kvConfigPath);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "{KvConfigPath} could not be read; its backup was taken instead")]
    public static partial void KvConfigFromBackup(this ILogger logger, string kvConfigPath);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "clusterTest=true only attaches the order configuration; routes of unknown topics are not fetched from other name servers")]
    public static partial void ClusterTestIsPartial(this ILogger logger);

    [LoggerMessage(EventId = 3010, Level = LogLevel.Information, Message = "Broker {BrokerName}:{BrokerId} at {Address} registered in cluster {Cluster}")]
    public static partial void BrokerRegistered(this ILogger logger, string brokerName, long brokerId, string address, string cluster);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Information, Message = "Broker {BrokerName}:{BrokerId} at {Address} unregistered")]
    public static partial void BrokerUnregistered(this ILogger logger, string brokerName, long brokerId, string address);

    [LoggerMessage(EventId = 3012, Level = LogLevel.Warning, Message = "Broker at {Address} is removed: its connection {Peer} ended")]
    public static partial void BrokerConnectionLost(this ILogger logger, string address, string peer);

    [LoggerMessage(EventId = 3013, Level = LogLevel.Warning, Message = "Broker at {Address} is removed: silent for more than {Seconds} seconds")]
    public static partial void BrokerSilent(this ILogger logger, string address, double seconds);

    [LoggerMessage(EventId = 3014, Level = LogLevel.Warning, Message = "Broker {BrokerName} at {Address} announced {Count} topics with illegal names, the first '{First}'; they are left out")]
    public static partial void IllegalTopics(this ILogger logger, string brokerName, string address, int count, string first);

    [LoggerMessage(EventId = 3020, Level = LogLevel.Error, Message = "The scan for silent brokers failed; the next one comes in {Seconds} seconds")]
    public static partial void ExpiryScanFailed(this ILogger logger, Exception exception, double seconds);

    [LoggerMessage(EventId = 3030, Level = LogLevel.Information, Message = "Configuration changed by {Peer}: {Keys}")]
    public static partial void ConfigurationChanged(this ILogger logger, string peer, string keys);

    [LoggerMessage(EventId = 3031, Level = LogLevel.Warning, Message = "Configuration update by {Peer} has unknown keys: {Keys}")]
    public static partial void ConfigurationUnknownKeys(this ILogger logger, string peer, string keys);

    [LoggerMessage(EventId = 3040, Level = LogLevel.Information, Message = "Write permission of {Count} topics on {BrokerName} wiped by {Peer}")]
    public static partial void WritePermissionWiped(this ILogger logger, int count, string brokerName, string peer);

    [LoggerMessage(EventId = 3041, Level = LogLevel.Information, Message = "Topic {Topic} deleted by {Peer}")]
    public static partial void TopicDeleted(this ILogger logger, string topic, string peer);
}
