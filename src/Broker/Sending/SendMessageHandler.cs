using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Statistics;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Sending;

/// <summary>
/// Takes messages: requests 10, 310 and 320 (reference: broker.md section 4). Whether the body is a batch is decided by the header's
/// batch field, not by the code. Runs on the event loop of the connection; the append copies the body straight from the receive buffer
/// into the log, and the answer is given here, or by <see cref="PendingSend"/> when it has to wait for a disk or a replica.
/// </summary>
internal sealed class SendMessageHandler(
    BrokerOptions options, SendDestinations destinations, MessageStore store, BrokerStatistics statistics, BrokerIdentity identity, TimeProvider clock)
    : IRequestHandler
{
    /// <summary>Remark of a refusal while the page cache is busy; the original's text, by which clients know flow control.</summary>
    public const string Busy = "[REJECTREQUEST]system busy, start flow control for a while";

    /// <inheritdoc/>
    public void Handle(in CommandView request, Responder responder)
    {
        if (store.IsPageCacheBusy)
        {
            responder.Reply(ResponseCode.SystemBusy, Busy);
            return;
        }

        if (store.WaitingForDurability >= options.SendThreadPoolQueueCapacity)
        {
            responder.Reply(ResponseCode.SystemBusy, RequestDispatcher.OverloadRemark);
            return;
        }

        var send = SendMessageRequestView.Read(request);
        if (Refusal(send.Topic) is { } refusal)
        {
            Refuse(responder, refusal.Code, refusal.Remark);
            return;
        }

        var destination = destinations.Resolve(send, request.Envelope.Version, responder.Connection.RemoteAddress);
        if (destination.Problem is { } problem)
        {
            Refuse(responder, destination.Code, problem);
            return;
        }

        if (!send.Batch && Transaction(send.Properties) is { } unsupported)
        {
            Refuse(responder, ResponseCode.NoPermission, unsupported);
            return;
        }

        Store(request, responder, send, destination);
    }

    private void Store(in CommandView request, Responder responder, in SendMessageRequestView send, in SendDestination destination)
    {
        var message = new MessageToStore
        {
            Topic = destination.Topic,
            QueueId = destination.QueueId,
            Flag = send.Flag,
            SysFlag = destination.MultiTag ? send.SysFlag | MessageSysFlags.MultiTags : send.SysFlag,
            BornTimestamp = send.BornTimestamp,
            BornHost = responder.Connection.RemoteHost,
            StoreHost = identity.StoreHost,
            ReconsumeTimes = send.ReconsumeTimes ?? 0,
            Body = request.Body,
            Properties = send.Properties,
        };
        var result = send.Batch ? store.PutBatch(message) : store.Put(message);
        if (!result.IsStored)
        {
            Refuse(responder, PutStatusAnswers.Code(result.Status), result.Reason ?? PutStatusAnswers.Remark(result.Status));
            return;
        }

        statistics.RecordPut(destination.Topic, result.MessageCount, result.Bytes);
        if (responder.Request.IsOneWay)
        {
            return;
        }

        var header = new SendMessageResponseHeader
        {
            StoredAt = new OffsetMessageId(identity.StoreHost, result.CommitOffset),
            MessageId = result.MessageCount > 1 ? BatchMessageIds.Of(message, identity.StoreHost, result.CommitOffset) : null,
            QueueId = destination.QueueId,
            QueueOffset = result.QueueOffset,
            Region = options.RegionId,
            TraceOn = options.TraceOn,
        };
        if (store.IsDurable(result, waitForStore: true) || !WantsToWait(send.Properties))
        {
            responder.Reply(ResponseCode.Success, header);
        }
        else
        {
            store.WhenDurable(result, PendingSend.Rent(responder, header));
        }
    }

    private (ResponseCode Code, string Remark)? Refusal(string topic)
    {
        if (options.StartAcceptSendRequestTimeStamp is > 0 and var start && clock.GetUtcNow().ToUnixTimeMilliseconds() < start)
        {
            return (ResponseCode.SystemError,
                $"broker unable to service, until {TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(start), clock.LocalTimeZone):yyyy-MM-dd HH:mm:ss,fff}");
        }

        if (topic == TopicNames.AutoCreateTemplate)
        {
            return (ResponseCode.SystemError, $"the topic[{topic}] is conflict with system reserved words.");
        }

        return !options.IsWritable && destinations.IsOrdered(topic)
            ? (ResponseCode.NoPermission, $"the broker[{options.BrokerIP1}] sending message is forbidden")
            : null;
    }

    /// <summary>
    /// A half message that was stored like any other would be delivered before its transaction ends, so it is refused as a broker does
    /// that has <c>rejectTransactionMessage</c> set.
    /// </summary>
    private string? Transaction(ReadOnlySpan<byte> properties) =>
        MessageProperties.TryFind(properties, "TRAN_MSG"u8, out var value) && System.Text.Ascii.EqualsIgnoreCase(value, "true"u8)
            ? $"the broker[{options.BrokerIP1}] sending transaction message is forbidden"
            : null;

    private static bool WantsToWait(ReadOnlySpan<byte> properties) =>
        !MessageProperties.TryFind(properties, "WAIT"u8, out var value) || System.Text.Ascii.EqualsIgnoreCase(value, "true"u8);

    /// <summary>Region and trace switch stand in every answer to a send, whatever its outcome.</summary>
    private void Refuse(Responder responder, ResponseCode code, string? remark) =>
        responder.Reply(code, new SendMessageResponseHeader { Region = options.RegionId, TraceOn = options.TraceOn }, remark);
}
