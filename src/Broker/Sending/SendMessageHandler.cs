using System.Buffers;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Statistics;
using Rocketeer.Broker.Transactions;
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

        var begin = statistics.Sends.Begins(request.Body.Length);
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

        if (send.Batch || IsRetry(send.Topic) || !HalfMessage.IsAsked(send.Properties))
        {
            Store(request, responder, send, destination, begin);
        }
        else if (options.Transactions.RejectTransactionMessage)
        {
            Refuse(responder, ResponseCode.NoPermission, $"the broker[{options.BrokerIP1}] sending transaction message is forbidden");
        }
        else
        {
            StoreHalf(request, responder, send, destination, begin);
        }
    }

    /// <summary>Stores a message of a transaction where no consumer looks, until its producer ends the transaction.</summary>
    private void StoreHalf(
        in CommandView request, Responder responder, in SendMessageRequestView send, in SendDestination destination, long begin)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(HalfMessage.MaxPropertiesLength(send.Properties, destination.Topic));
        try
        {
            var length = HalfMessage.WriteProperties(buffer, send.Properties, destination.Topic, destination.QueueId);
            var sysFlag = destination.MultiTag ? send.SysFlag | MessageSysFlags.MultiTags : send.SysFlag;
            var result = store.Put(new MessageToStore
            {
                Topic = TopicNames.TransactionHalf,
                QueueId = HalfMessage.QueueId,
                Flag = send.Flag,
                SysFlag = MessageSysFlags.WithTransactionType(sysFlag, MessageSysFlags.TransactionNot),
                BornTimestamp = send.BornTimestamp,
                BornHost = responder.Connection.RemoteHost,
                StoreHost = identity.StoreHost,
                ReconsumeTimes = send.ReconsumeTimes ?? 0,
                Body = request.Body,
                Properties = buffer.AsSpan(0, length),
            });
            Confirm(responder, send, destination.QueueId, TopicNames.TransactionHalf, result, messageIds: null, begin);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Store(
        in CommandView request, Responder responder, in SendMessageRequestView send, in SendDestination destination, long begin)
    {
        // A client that sends a consumed message to the retry topic leaves the marks of its transaction on it, which is over.
        var sysFlag = IsRetry(send.Topic) ? MessageSysFlags.WithTransactionType(send.SysFlag, MessageSysFlags.TransactionNot) : send.SysFlag;
        var message = new MessageToStore
        {
            Topic = destination.Topic,
            QueueId = destination.QueueId,
            Flag = send.Flag,
            SysFlag = destination.MultiTag ? sysFlag | MessageSysFlags.MultiTags : sysFlag,
            BornTimestamp = send.BornTimestamp,
            BornHost = responder.Connection.RemoteHost,
            StoreHost = identity.StoreHost,
            ReconsumeTimes = send.ReconsumeTimes ?? 0,
            Body = request.Body,
            Properties = send.Properties,
        };
        var result = send.Batch ? store.PutBatch(message) : store.Put(message);
        var messageIds = result.MessageCount > 1 && !responder.Request.IsOneWay
            ? BatchMessageIds.Of(message, identity.StoreHost, result.CommitOffset)
            : null;
        Confirm(responder, send, destination.QueueId, destination.Topic, result, messageIds, begin);
    }

    /// <summary>Counts what was stored and answers, at once or when it is as durable as the producer wants it.</summary>
    private void Confirm(
        Responder responder,
        in SendMessageRequestView send,
        int queueId,
        string storedUnder,
        in PutResult result,
        string? messageIds,
        long begin)
    {
        if (!result.IsStored)
        {
            Refuse(responder, PutStatusAnswers.Code(result.Status), result.Reason ?? PutStatusAnswers.Remark(result.Status));
            return;
        }

        statistics.RecordPut(storedUnder, result.MessageCount, result.Bytes);
        if (responder.Request.IsOneWay)
        {
            return;
        }

        var header = new SendMessageResponseHeader
        {
            StoredAt = new OffsetMessageId(identity.StoreHost, result.CommitOffset),
            MessageId = messageIds,
            QueueId = queueId,
            QueueOffset = result.QueueOffset,
            Region = options.RegionId,
            TraceOn = options.TraceOn,
        };
        if (store.IsDurable(result, waitForStore: true) || !WantsToWait(send.Properties))
        {
            responder.Reply(ResponseCode.Success, header);
            statistics.Sends.Ends(begin);
        }
        else
        {
            store.WhenDurable(result, PendingSend.Rent(responder, header, statistics.Sends, begin));
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

    private static bool IsRetry(string topic) => topic.StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal);

    private static bool WantsToWait(ReadOnlySpan<byte> properties) =>
        !MessageProperties.TryFind(properties, "WAIT"u8, out var value) || System.Text.Ascii.EqualsIgnoreCase(value, "true"u8);

    /// <summary>Region and trace switch stand in every answer to a send, whatever its outcome.</summary>
    private void Refuse(Responder responder, ResponseCode code, string? remark) =>
        responder.Reply(code, new SendMessageResponseHeader { Region = options.RegionId, TraceOn = options.TraceOn }, remark);
}
