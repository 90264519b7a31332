using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests;

/// <summary>Heartbeats of test clients.</summary>
internal static class Heartbeats
{
    public static RemotingCommand Consumer(string clientId, string group, params string[] topics) => Of(new HeartbeatData
    {
        ClientID = clientId,
        ConsumerDataSet =
        [
            new ConsumerData
            {
                GroupName = group,
                ConsumeType = ConsumeType.Passively,
                MessageModel = MessageModel.Clustering,
                SubscriptionDataSet = [.. topics.Select(topic => TagExpression.Parse(topic, "*", 1))],
            },
        ],
    });

    public static RemotingCommand Producer(string clientId, string group) =>
        Of(new HeartbeatData { ClientID = clientId, ProducerDataSet = [new ProducerData { GroupName = group }] });

    public static RemotingCommand Of(HeartbeatData heartbeat) =>
        RemotingCommand.Request(RequestCode.HeartBeat, body: BodyJson.Serialize(heartbeat));
}
