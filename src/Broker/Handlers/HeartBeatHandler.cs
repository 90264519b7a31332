using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Consumers;
using Rocketeer.Broker.Topics;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>HEART_BEAT 34: which producer and consumer groups a client belongs to, and what they subscribe to.</summary>
internal sealed class HeartBeatHandler(BrokerContext broker) : ImmediateHandler
{
    /// <summary>Most groups of one kind in a heartbeat.</summary>
    public const int MaxGroups = 4096;

    /// <summary>Most topics that one group subscribes to.</summary>
    public const int MaxSubscriptions = 16_384;

    private readonly ILogger _logger = broker.Loggers.CreateLogger<HeartBeatHandler>();

    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var heartbeat = BodyJson.Deserialize<HeartbeatData>(request.Body.Span);
        if (Problem(heartbeat) is { } problem)
        {
            return Answer.Error(problem);
        }

        var client = new ClientConnection(connection, heartbeat.ClientID, request.Language, request.Version);
        var registered = true;
        foreach (var consumer in heartbeat.ConsumerDataSet)
        {
            registered &= Register(client, consumer);
        }

        foreach (var producer in heartbeat.ProducerDataSet)
        {
            registered &= broker.Producers.TryRegister(producer.GroupName, client);
        }

        if (!connection.IsOpen)
        {
            // It closed while its heartbeat waited, and nobody would take it out of the groups again.
            broker.Consumers.ConnectionClosed(connection);
            broker.Producers.ConnectionClosed(connection);
        }

        return registered ? Answer.Success() : Answer.Failure(ResponseCode.SystemBusy, "this broker has too many groups online; try another one");
    }

    private static string? Problem(HeartbeatData heartbeat)
    {
        if (heartbeat.ClientID.Length is 0 or > 512)
        {
            return "the clientID of the heartbeat is empty or longer than 512 characters";
        }

        if (heartbeat.ConsumerDataSet.Count > MaxGroups || heartbeat.ProducerDataSet.Count > MaxGroups)
        {
            return $"the heartbeat names more than {MaxGroups} groups";
        }

        foreach (var producer in heartbeat.ProducerDataSet)
        {
            if (TopicNameRules.ProblemOfGroup(producer?.GroupName) is { } problem)
            {
                return problem;
            }
        }

        foreach (var consumer in heartbeat.ConsumerDataSet)
        {
            if ((TopicNameRules.ProblemOfGroup(consumer?.GroupName) ?? ProblemOfSubscriptions(consumer!)) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? ProblemOfSubscriptions(ConsumerData consumer) =>
        consumer.SubscriptionDataSet.Count > MaxSubscriptions
            ? $"group {consumer.GroupName} subscribes to more than {MaxSubscriptions} topics"
            : consumer.SubscriptionDataSet.Exists(subscription => string.IsNullOrEmpty(subscription?.Topic))
                ? $"group {consumer.GroupName} has a subscription without a topic"
                : null;

    private bool Register(ClientConnection client, ConsumerData consumer)
    {
        var group = broker.Groups.FindOrCreate(consumer.GroupName);
        if (group is { RetryQueueNums: > 0 })
        {
            var sysFlag = consumer.UnitMode ? TopicSysFlags.UnitSubscription : 0;
            broker.Topics.FindOrCreate(
                TopicNames.RetryOf(consumer.GroupName), group.RetryQueueNums, Permissions.ReadWrite, sysFlag, out var problem);
            if (problem is not null)
            {
                _logger.RetryTopicNotCreated(consumer.GroupName, problem);
            }
        }

        if (!broker.Consumers.TryRegister(client, consumer, notify: group?.NotifyConsumerIdsChangedEnable ?? true))
        {
            return false;
        }

        broker.Filters.Register(consumer.GroupName, consumer.SubscriptionDataSet);
        return true;
    }
}
