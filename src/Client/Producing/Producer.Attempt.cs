using System.Runtime.CompilerServices;
using Rocketeer.Client.Calls;
using Rocketeer.Client.Diagnostics;
using Rocketeer.Client.Routing;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Client.Producing;

/// <content>The attempts of one send (reference: namesrv-and-client.md C4): queue, address, request, answer, and what a failure leads to.</content>
public sealed partial class Producer
{
    // One-way sends have no result; nobody sees this one.
    private static readonly SendResult NoResult = new(SendStatus.Stored, "", "", new MessageQueue("", "", 0), 0, "", false);

    // Awaited once, by the send that it is a part of: its state machine can be used again.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SendResult> AttemptAsync(
        OutgoingMessage outgoing, string messageId, Message? message, Destination destination, SendDeadline deadline, CancellationToken cancellationToken)
    {
        var attempts = destination.IsAny && !destination.IsOneWay ? 1 + _options.Retries : 1;
        SendResult? unconfirmed = null;
        RocketeerException? failure = null;
        string? failedBroker = null;
        var sent = 0;
        for (; sent < attempts && deadline.Remaining > TimeSpan.Zero; sent++)
        {
            if (sent > 0)
            {
                ClientInstruments.SendRetried();
            }

            var route = await RouteInTimeAsync(outgoing.Topic, deadline, sent, cancellationToken).ConfigureAwait(false);
            var queue = QueueFor(route, message, destination, failedBroker);
            var began = _client.Clock.GetTimestamp();
            RemotingCommand? request = null;
            var address = "";
            try
            {
                address = AddressOf(queue);
                request = RequestFor(outgoing, queue);
                if (destination.IsOneWay)
                {
                    await _client.Calls.SendOneWayAsync(address, request, deadline.Remaining, cancellationToken).ConfigureAwait(false);
                    return NoResult;
                }

                var answer = await _client.Calls.SendAsync(address, request, deadline.Remaining, cancellationToken).ConfigureAwait(false);
                var result = ResultOf(answer, messageId, queue, address);
                RecordOutcome(queue, began, destination, failed: false);
                _tracer?.Sent(outgoing, message, result, address, began);
                if (result.Status == SendStatus.Stored || !_options.RetryWhenNotConfirmed)
                {
                    return result;
                }

                unconfirmed = result;
                failedBroker = queue.BrokerName;
                continue;
            }
            catch (RemotingException broken)
            {
                failure = BrokerCalls.Translate(broken, address, request!);
            }
            catch (RocketeerException refused)
            {
                failure = refused;
            }

            if (!GoesOnAfter(failure, outgoing.Topic, queue, began, destination))
            {
                sent++;
                break;
            }

            failedBroker = queue.BrokerName;
        }

        return unconfirmed ?? throw Failure(failure, sent, deadline);
    }

    private static RocketeerException Failure(RocketeerException? last, int attempts, SendDeadline deadline) =>
        last is null || (deadline.Remaining <= TimeSpan.Zero && SendRetryPolicy.IsRetried(last))
            ? new SendTimeoutException(
                $"The message was not confirmed within {deadline.Timeout.TotalMilliseconds:0} ms and {attempts} attempts; it may have been stored.",
                attempts,
                last)
            : last;

    private async ValueTask<TopicRoute> RouteInTimeAsync(string topic, SendDeadline deadline, int attempts, CancellationToken cancellationToken)
    {
        var route = RouteAsync(topic, cancellationToken);
        if (route.IsCompleted)
        {
            return await route.ConfigureAwait(false);
        }

        try
        {
            return await route.AsTask().WaitAsync(deadline.Remaining, _client.Clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new SendTimeoutException(
                $"The name servers did not tell the route of topic '{topic}' within {deadline.Timeout.TotalMilliseconds:0} ms.", attempts, late);
        }
    }

    private MessageQueue QueueFor(TopicRoute route, Message? message, Destination destination, string? failedBroker)
    {
        if (destination.Queue is { } chosen)
        {
            return chosen.Topic == route.Topic
                ? chosen
                : throw new MessageIllegalException($"The queue belongs to topic '{chosen.Topic}', the message to '{route.Topic}'.");
        }

        return destination.Selector is { } selector
            ? selector(route.PublishQueues, message!) ?? throw new MessageIllegalException("The selector chose no queue.")
            : _chooser.Choose(route, failedBroker);
    }

    private string AddressOf(MessageQueue queue)
    {
        var master = _client.Brokers.Master(queue.BrokerName)
            ?? throw new BrokerUnreachableException($"No address of a master of broker '{queue.BrokerName}' is known.");
        return _client.Calls.Vip(master);
    }

    private bool GoesOnAfter(RocketeerException failure, string topic, MessageQueue queue, long began, Destination destination)
    {
        RecordOutcome(queue, began, destination, failed: true);
        if (SendRetryPolicy.DoubtsRoute(failure))
        {
            _client.Routes.RefreshSoon(topic);
        }

        return SendRetryPolicy.IsRetried(failure);
    }

    private RemotingCommand RequestFor(OutgoingMessage outgoing, MessageQueue queue) => RemotingCommand.Request(
        outgoing.Batch is not null ? RequestCode.SendBatchMessage : RequestCode.SendMessageV2,
        new SendMessageRequestHeader
        {
            ProducerGroup = Group,
            Topic = outgoing.Topic,
            DefaultTopic = _options.TemplateTopic,
            DefaultTopicQueueNums = _options.NewTopicQueues,
            QueueId = queue.QueueId,
            SysFlag = outgoing.SysFlag,
            BornTimestamp = _client.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Flag = outgoing.Flag,
            Properties = outgoing.Properties,
            ReconsumeTimes = outgoing.ReconsumeTimes,
            MaxReconsumeTimes = outgoing.MaxReconsumeTimes,
            Batch = outgoing.Batch is not null,
        },
        outgoing.Body);

    private static SendResult ResultOf(RemotingCommand answer, string messageId, MessageQueue queue, string address)
    {
        var status = answer.ResponseCode switch
        {
            ResponseCode.Success => SendStatus.Stored,
            ResponseCode.FlushDiskTimeout => SendStatus.FlushTimedOut,
            ResponseCode.FlushSlaveTimeout => SendStatus.ReplicaTimedOut,
            ResponseCode.SlaveNotAvailable => SendStatus.ReplicaUnavailable,
            var other => throw new BrokerRejectedException(other, answer.Remark, address),
        };
        var header = answer.ReadHeader<SendAnswer>();
        var stored = header.QueueId >= 0 && header.QueueId != queue.QueueId ? queue with { QueueId = header.QueueId } : queue;
        return new SendResult(status, messageId, header.OffsetMessageId, stored, header.QueueOffset, header.Region, header.TraceOn);
    }

    // As in the original, sends to a chosen queue say nothing about which broker to prefer.
    private void RecordOutcome(MessageQueue queue, long began, Destination destination, bool failed)
    {
        if (_faults is not null && destination.IsAny)
        {
            _faults.Record(queue.BrokerName, _client.Clock.GetElapsedTime(began), failed);
        }
    }
}
