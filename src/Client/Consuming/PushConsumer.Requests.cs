using System.Globalization;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>What brokers ask of a consumer (reference: protocol-remoting.md section 7.6).</summary>
public sealed partial class PushConsumer
{
    internal async ValueTask<RemotingCommand?> HandleAsync(RemotingCommand request, CancellationToken cancellationToken)
    {
        switch ((RequestCode)request.Code)
        {
            case RequestCode.NotifyConsumerIdsChanged:
                _engine?.Wake();
                return null;
            case RequestCode.ResetConsumerClientOffset:
                await ResetOffsetsAsync(request, cancellationToken).ConfigureAwait(false);
                return null;
            case RequestCode.GetConsumerStatusFromClient:
                var topic = request.ReadHeader<GetConsumerStatusRequestHeader>().Topic;
                return Body(new GetConsumerStatusBody { MessageQueueTable = new(_context.Offsets.Snapshot(topic)) });
            case RequestCode.GetConsumerRunningInfo:
                return Body(RunningInfo());
            case RequestCode.ConsumeMessageDirectly:
                return await ConsumeDirectlyAsync(request, cancellationToken).ConfigureAwait(false);
            default:
                return RemotingCommand.Response(ResponseCode.RequestCodeNotSupported, $"A consumer does not serve request code {request.Code}.");
        }
    }

    private static RemotingCommand Body<T>(T body) => RemotingCommand.Response(ResponseCode.Success, body: BodyJson.Serialize(body));

    private async ValueTask ResetOffsetsAsync(RemotingCommand request, CancellationToken cancellationToken)
    {
        var topic = request.ReadHeader<ResetOffsetRequestHeader>().Topic;
        var offsets = ReadOffsets(request.Body.Span).Where(pair => pair.Key.Topic == topic).ToDictionary();
        if (_engine is { } engine)
        {
            var moved = await engine.Rebalancer.ResetAsync(offsets, cancellationToken).ConfigureAwait(false);
            _logger.OffsetsReset(Group, moved, topic);
        }
    }

    /// <summary>Brokers send a map to Java clients and a list to all others.</summary>
    private static Dictionary<MessageQueue, long> ReadOffsets(ReadOnlySpan<byte> body)
    {
        try
        {
            return BodyJson.Deserialize<ResetOffsetBody>(body).OffsetTable;
        }
        catch (BodyFormatException)
        {
            return BodyJson.Deserialize<ResetOffsetBodyForC>(body).OffsetTable
                .ToDictionary(entry => new MessageQueue(entry.Topic, entry.BrokerName, entry.QueueId), entry => entry.Offset);
        }
    }

    private async ValueTask<RemotingCommand> ConsumeDirectlyAsync(RemotingCommand request, CancellationToken cancellationToken)
    {
        if (_engine?.Consumption is not { } consumption || MessageDecoder.DecodeAll(request.Body) is not [var message, ..])
        {
            return RemotingCommand.Response(ResponseCode.SystemError, $"The body holds no message, or the consumer of group '{Group}' is not started.");
        }

        message.BrokerName = request.ReadHeader<ConsumeMessageDirectlyRequestHeader>().BrokerName ?? "";
        PulledMessages.RestoreTopic(message, Group);
        var outcome = await consumption.ConsumeDirectlyAsync(message, cancellationToken).ConfigureAwait(false);
        return Body(new ConsumeMessageDirectlyResult
        {
            Order = consumption.IsOrdered,
            AutoCommit = outcome.AutoCommit,
            ConsumeResult = outcome.Result,
            Remark = outcome.Failure?.ToString(),
            SpentTimeMills = (long)outcome.Elapsed.TotalMilliseconds,
        });
    }

    private ConsumerRunningInfo RunningInfo()
    {
        var info = new ConsumerRunningInfo { Properties = RunningProperties() };
        foreach (var subscription in _context.Subscriptions)
        {
            info.SubscriptionSet.Add(subscription.ToData());
            var figures = _context.Statistics.Read(subscription.Topic);
            info.StatusTable[subscription.Topic] = new ConsumeStatus
            {
                PullRT = figures.PullMs,
                PullTPS = figures.PulledPerSecond,
                ConsumeRT = figures.ConsumeMs,
                ConsumeOKTPS = figures.SucceededPerSecond,
                ConsumeFailedTPS = figures.FailedPerSecond,
                ConsumeFailedMsgs = figures.FailedInLastHour,
            };
        }

        foreach (var window in _engine?.Rebalancer.Windows ?? [])
        {
            var state = window.State;
            var lockedAt = _engine?.Consumption.LastLockMs(window.Queue);
            info.MqTable[window.Queue] = new ProcessQueueInfo
            {
                CommitOffset = _context.Offsets.Read(window.Queue) ?? -1,
                CachedMsgCount = state.Count,
                CachedMsgMinOffset = state.MinOffset,
                CachedMsgMaxOffset = state.MaxOffset,
                CachedMsgSizeInMiB = (int)(state.Bytes >> 20),
                TransactionMsgCount = state.TakenCount,
                TransactionMsgMinOffset = state.TakenMinOffset,
                TransactionMsgMaxOffset = state.TakenMaxOffset,
                Locked = lockedAt is not null,
                LastLockTimestamp = lockedAt ?? 0,
                Droped = window.IsDropped,
                LastPullTimestamp = window.LastPullMs,
                LastConsumeTimestamp = window.LastConsumeMs,
            };
        }

        return info;
    }

    private Dictionary<string, string> RunningProperties()
    {
        var options = _context.Options;
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PROP_NAMESERVER_ADDR"] = _context.Backend.NameServers.TrimEnd(';') + ";",
            ["PROP_CONSUME_TYPE"] = "CONSUME_PASSIVELY",
            ["PROP_CLIENT_VERSION"] = "V4_4_0",
            ["PROP_CONSUMEORDERLY"] = _engine?.Consumption is { IsOrdered: true } ? "true" : "false",
            ["PROP_THREADPOOL_CORE_SIZE"] = Text(options.ConsumeThreads),
            ["PROP_CONSUMER_START_TIMESTAMP"] = Text(_startedAt.ToUnixTimeMilliseconds()),
            ["consumerGroup"] = Group,
            ["messageModel"] = _context.IsClustering ? "CLUSTERING" : "BROADCASTING",
            ["consumeThreadMin"] = Text(options.ConsumeThreads),
            ["consumeThreadMax"] = Text(options.ConsumeThreads),
            ["consumeMessageBatchMaxSize"] = Text(options.BatchSize),
            ["pullBatchSize"] = Text(options.PullBatchSize),
            ["pullInterval"] = Text((long)options.PullInterval.TotalMilliseconds),
            ["pullThresholdForQueue"] = Text(options.MaxCachedPerQueue),
            ["pullThresholdSizeForQueue"] = Text(options.MaxCachedMiBPerQueue),
            ["pullThresholdForTopic"] = Text(options.MaxCachedPerTopic ?? -1),
            ["pullThresholdSizeForTopic"] = Text(options.MaxCachedMiBPerTopic ?? -1),
            ["consumeConcurrentlyMaxSpan"] = Text(options.MaxSpan),
            ["maxReconsumeTimes"] = Text(options.MaxReconsumeTimes ?? -1),
            ["consumeTimeout"] = Text((long)options.ConsumeTimeout.TotalMinutes),
            ["postSubscriptionWhenPull"] = options.PostSubscriptionWhenPull ? "true" : "false",
        };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
