using System.Globalization;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Consumers;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>
/// INVOKE_BROKER_TO_RESET_OFFSET 222: every client of a group is told (220) to go on from a point in time. The clients commit the new
/// offsets; the broker's own are not touched.
/// </summary>
internal sealed class ResetOffsetHandler(BrokerContext broker) : IAsyncRequestHandler
{
    private const long ToTheEnd = -1;
    private static readonly TimeSpan PermitTimeout = TimeSpan.FromSeconds(5);
    private readonly ILogger _logger = broker.Loggers.CreateLogger<ResetOffsetHandler>();

    /// <inheritdoc/>
    public async ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var header = request.ReadHeader<ResetOffsetRequestHeader>();
        if (broker.Topics.Find(header.Topic) is not { } topic)
        {
            return Answer.Error($"the topic {header.Topic} does not exist, so no offset was reset");
        }

        var targets = new Dictionary<MessageQueue, long>();
        for (var queueId = 0; queueId < topic.WriteQueueNums; queueId++)
        {
            var committed = broker.Offsets.Find(header.Group, header.Topic, queueId);
            if (committed < 0)
            {
                return Answer.Error($"THe consumer group <{header.Group}> not exist");
            }

            var target = Target(header, queueId);
            targets[new MessageQueue(header.Topic, broker.Identity.Name, queueId)] =
                header.IsForce || target < committed ? target : committed;
        }

        if (broker.Consumers.Find(header.Group) is not { Clients.Count: > 0 } group)
        {
            return Answer.Failure(ResponseCode.ConsumerNotOnline, string.Create(
                CultureInfo.InvariantCulture,
                $"Consumer not online, so can not reset offset, Group: {header.Group} Topic: {header.Topic} Timestamp: {header.Timestamp}"));
        }

        if (group.Clients.FirstOrDefault(client => client.Version < MqVersion.V3_0_7_Snapshot) is { } old)
        {
            return Answer.Error(string.Create(
                CultureInfo.InvariantCulture, $"the client {old.ClientId} does not support this feature. version={old.Version}"));
        }

        _logger.OffsetsReset(connection.RemoteAddress, header.Group, header.Topic, header.Timestamp);
        return await TellAsync(group, header, Body(request.Language, targets), cancellationToken)
            ?? Answer.Json(new ResetOffsetBody { OffsetTable = targets });
    }

    private long Target(in ResetOffsetRequestHeader header, int queueId) => header.Timestamp == ToTheEnd
        ? broker.Store.MaxOffset(header.Topic, queueId)
        : Math.Max(0, broker.Store.OffsetByTime(header.Topic, queueId, header.Timestamp));

    private static byte[] Body(LanguageCode language, Dictionary<MessageQueue, long> targets) => language == LanguageCode.Cpp
        ? BodyJson.Serialize(new ResetOffsetBodyForC
        {
            OffsetTable = [.. targets.Select(pair => new MessageQueueForC
            {
                Topic = pair.Key.Topic, BrokerName = pair.Key.BrokerName, QueueId = pair.Key.QueueId, Offset = pair.Value,
            })],
        })
        : BodyJson.Serialize(new ResetOffsetBody { OffsetTable = targets });

    private static async Task<RemotingCommand?> TellAsync(
        ConsumerGroup group, ResetOffsetRequestHeader header, byte[] body, CancellationToken cancellationToken)
    {
        foreach (var client in group.Clients)
        {
            try
            {
                var order = RemotingCommand.Request(RequestCode.ResetConsumerClientOffset, header with { IsForce = false }, body);
                await client.Connection.SendOneWayAsync(order, PermitTimeout, cancellationToken);
            }
            catch (RemotingException e)
            {
                return Answer.Error($"the client {client.ClientId} could not be told: {e.Message}");
            }
        }

        return null;
    }
}
