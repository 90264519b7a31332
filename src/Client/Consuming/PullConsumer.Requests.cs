using System.Globalization;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>What brokers ask of a consumer (reference: protocol-remoting.md section 7.6).</summary>
public sealed partial class PullConsumer
{
    internal async ValueTask<RemotingCommand?> HandleAsync(RemotingCommand request, CancellationToken cancellationToken)
    {
        switch ((RequestCode)request.Code)
        {
            case RequestCode.NotifyConsumerIdsChanged:
                return null;
            case RequestCode.ResetConsumerClientOffset:
                await ResetOffsetsAsync(GroupMembership.OffsetsOf(request), cancellationToken).ConfigureAwait(false);
                return null;
            case RequestCode.GetConsumerStatusFromClient:
                var topic = request.ReadHeader<GetConsumerStatusRequestHeader>().Topic;
                return Body(new GetConsumerStatusBody { MessageQueueTable = new(_offsets.Snapshot(topic)) });
            case RequestCode.GetConsumerRunningInfo:
                return Body(RunningInfo());
            default:
                return RemotingCommand.Response(ResponseCode.SystemError, $"Group '{Group}' pulls; it has no handler to call.");
        }
    }

    /// <summary>The original's pull consumers ignore a reset, and write their own offsets over it a few seconds later.</summary>
    private async ValueTask ResetOffsetsAsync(Dictionary<MessageQueue, long> offsets, CancellationToken cancellationToken)
    {
        foreach (var (queue, offset) in offsets)
        {
            SetOffset(queue, offset);
        }

        foreach (var stream in _streams.Keys)
        {
            await stream.Rebalancer.ResetAsync(offsets, cancellationToken).ConfigureAwait(false);
        }

        await PersistAsync(cancellationToken).ConfigureAwait(false);
        _logger.OffsetsReset(Group, offsets.Count, offsets.Keys.FirstOrDefault()?.Topic ?? "");
    }

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
