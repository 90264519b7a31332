using System.Globalization;
using System.Text;
using Rocketeer.Broker.AccessControl;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Groups;
using Rocketeer.Broker.Statistics;
using Rocketeer.Broker.Topics;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Sending;

/// <summary>
/// Takes back a message that a consumer failed to handle: request 36 (reference: broker.md section 5). It is stored again, for later in
/// the retry topic of the group, or for good in its dead letter topic. Reads the log, so it runs away from the event loop.
/// </summary>
internal sealed class SendBackHandler(
    BrokerOptions options,
    TopicRegistry topics,
    SubscriptionGroupRegistry groups,
    SendDestinations destinations,
    MessageStore store,
    BrokerStatistics statistics,
    BrokerIdentity identity,
    AccessGate? access) : IAsyncRequestHandler
{
    private const int FirstRetryDelayLevel = 3;

    /// <inheritdoc/>
    public ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(Handle(request, connection));

    private RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        if (store.IsPageCacheBusy)
        {
            return RemotingCommand.Response(ResponseCode.SystemBusy, SendMessageHandler.Busy);
        }

        var header = request.ReadHeader<ConsumerSendMessageBackRequestHeader>();
        if (groups.FindOrCreate(header.Group) is not { } group)
        {
            return RemotingCommand.Response(
                ResponseCode.SubscriptionGroupNotExist, $"subscription group not exist, {header.Group}: create it first");
        }

        if (!options.IsWritable)
        {
            return RemotingCommand.Response(
                ResponseCode.NoPermission, $"the broker[{options.BrokerIP1}] sending message is forbidden");
        }

        if (group.RetryQueueNums <= 0)
        {
            return RemotingCommand.Response(ResponseCode.Success); // the group wants no retries: the message is dropped
        }

        var sysFlag = header.UnitMode ? TopicSysFlags.UnitSubscription : 0;
        var retry = topics.FindOrCreate(
            TopicNames.RetryOf(header.Group), group.RetryQueueNums, Permissions.ReadWrite, sysFlag, out var problem);
        if (retry is null)
        {
            return RemotingCommand.Response(ResponseCode.SystemError, $"topic[{TopicNames.RetryOf(header.Group)}] not exist: {problem}");
        }

        if (!Permissions.IsWritable(retry.Perm))
        {
            return RemotingCommand.Response(
                ResponseCode.NoPermission, $"the topic[{retry.TopicName}] sending message is forbidden");
        }

        if (store.ReadRecord(header.Offset) is not { } record || !MessageRecordView.TryParse(record, out var message))
        {
            return RemotingCommand.Response(ResponseCode.SystemError, $"look message by offset failed, {header.Offset}");
        }

        // Who sends back somebody else's message would receive it as a retry.
        return access?.RefuseTopic(request, connection, message.Topic, Rights.Sub) is { } refusal
            ? RemotingCommand.Response(ResponseCode.SystemError, refusal)
            : StoreAgain(message, header, group, retry, request.Version);
    }

    private RemotingCommand StoreAgain(
        in MessageRecordView message,
        in ConsumerSendMessageBackRequestHeader header,
        SubscriptionGroupConfig group,
        TopicConfig retry,
        int version)
    {
        var properties = MessageProperties.Parse(message.Properties);
        properties.TryAdd(PropertyNames.RetryTopic, Encoding.UTF8.GetString(message.Topic));
        properties.TryAdd(PropertyNames.OriginMessageId, new OffsetMessageId(message.StoreHost, message.PhysicalOffset).ToString());
        properties[PropertyNames.WaitStoreMessageOk] = "false";

        var topic = retry.TopicName;
        var queueId = Random.Shared.Next(group.RetryQueueNums);
        var maximum = version >= MqVersion.V3_4_9 ? header.MaxReconsumeTimes ?? group.RetryMaxTimes : group.RetryMaxTimes;
        if (message.ReconsumeTimes >= maximum || header.DelayLevel < 0)
        {
            if (destinations.DeadLetterTopic(header.Group, out var problem) is not { } dead)
            {
                return RemotingCommand.Response(
                    ResponseCode.SystemError, $"topic[{TopicNames.DeadLetterOf(header.Group)}] not exist: {problem}");
            }

            // Nobody waits for a dead letter: the delay of the retry before is not applied once more.
            properties.Remove(PropertyNames.DelayLevel);
            (topic, queueId) = (dead.TopicName, 0);
        }
        else
        {
            var level = header.DelayLevel == 0 ? FirstRetryDelayLevel + message.ReconsumeTimes : header.DelayLevel;
            properties[PropertyNames.DelayLevel] = level.ToString(CultureInfo.InvariantCulture);
        }

        var result = store.Put(new MessageToStore
        {
            Topic = topic,
            QueueId = queueId,
            Flag = message.Flag,
            SysFlag = message.SysFlag,
            BornTimestamp = message.BornTimestamp,
            BornHost = message.BornHost,
            StoreHost = identity.StoreHost,
            ReconsumeTimes = message.ReconsumeTimes + 1,
            Body = message.Body,
            Properties = Encoding.UTF8.GetBytes(MessageProperties.Encode(properties)),
        });
        if (result.Status != PutStatus.Ok)
        {
            return RemotingCommand.Response(ResponseCode.SystemError, result.Reason ?? PutStatusAnswers.Remark(result.Status) ?? result.Status.ToString());
        }

        statistics.RecordSendBack(Encoding.UTF8.GetString(message.Topic), header.Group);
        return RemotingCommand.Response(ResponseCode.Success);
    }
}
