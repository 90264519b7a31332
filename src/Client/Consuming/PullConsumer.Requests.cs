using System.Globalization;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>What brokers ask of a consumer (reference: protocol-remoting.md section 7.6).</summary>
public sealed partial class PullConsumer
{
    private RemotingCommand? Answer(RemotingCommand request) => (RequestCode)request.Code switch
    {
        RequestCode.NotifyConsumerIdsChanged or RequestCode.ResetConsumerClientOffset => null,
        RequestCode.GetConsumerStatusFromClient => Body(new GetConsumerStatusBody
        {
            MessageQueueTable = new(_offsets.Snapshot(request.ReadHeader<GetConsumerStatusRequestHeader>().Topic)),
        }),
        RequestCode.GetConsumerRunningInfo => Body(RunningInfo()),
        _ => RemotingCommand.Response(ResponseCode.SystemError, $"Group '{Group}' pulls; it has no handler to call."),
    };

    private static RemotingCommand Body<T>(T body) => RemotingCommand.Response(ResponseCode.Success, body: BodyJson.Serialize(body));

    private ConsumerRunningInfo RunningInfo() => new()
    {
        Properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PROP_NAMESERVER_ADDR"] = _backend.NameServers.TrimEnd(';') + ";",
            ["PROP_CONSUME_TYPE"] = "CONSUME_ACTIVELY",
            ["PROP_CLIENT_VERSION"] = "V4_4_0",
            ["PROP_CONSUMER_START_TIMESTAMP"] = _startedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            ["consumerGroup"] = Group,
            ["messageModel"] = "CLUSTERING",
        },
        SubscriptionSet = [.. _topics.Keys.Select(topic => TagExpression.Parse(topic, TagExpression.All, 0))],
    };
}
