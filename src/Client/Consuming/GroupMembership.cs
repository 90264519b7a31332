using System.Globalization;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// What a consumer whose queues are divided tells brokers, and what it answers them: 40, 220, 221, 307, 309 (reference:
/// protocol-remoting.md section 7.6). Thread-safe.
/// </summary>
internal sealed class GroupMembership(ConsumerContext context, ConsumeType type)
{
    private readonly DateTimeOffset _startedAt = context.Clock.GetUtcNow();
    private volatile ConsumptionEngine? _engine;

    /// <summary>What runs; null before the start.</summary>
    public ConsumptionEngine? Engine
    {
        get => _engine;
        set => _engine = value;
    }

    /// <summary>Adds what heartbeats say of the consumer.</summary>
    public void Describe(HeartbeatData heartbeat)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        heartbeat.ConsumerDataSet.Add(new ConsumerData
        {
            GroupName = context.Group,
            ConsumeType = type,
            MessageModel = context.IsClustering ? Protocol.Bodies.MessageModel.Clustering : Protocol.Bodies.MessageModel.Broadcasting,
            ConsumeFromWhere = context.Options.ConsumeFrom switch
            {
                ConsumeFrom.FirstOffset => ConsumeFromWhere.FirstOffset,
                ConsumeFrom.Timestamp => ConsumeFromWhere.Timestamp,
                _ => ConsumeFromWhere.LastOffset,
            },
            SubscriptionDataSet = [.. context.Subscriptions.Select(subscription => subscription.ToData())],
        });
    }

    /// <summary>Serves a request of a broker.</summary>
    public async ValueTask<RemotingCommand?> HandleAsync(RemotingCommand request, CancellationToken cancellationToken)
    {
        switch ((RequestCode)request.Code)
        {
            case RequestCode.NotifyConsumerIdsChanged:
                _engine?.Wake();
                return null;
            case RequestCode.ResetConsumerClientOffset:
                if (_engine is { } engine)
                {
                    var offsets = OffsetsOf(request);
                    var moved = await engine.Rebalancer.ResetAsync(offsets, cancellationToken).ConfigureAwait(false);
                    context.Logger.OffsetsReset(context.Group, moved, request.ReadHeader<ResetOffsetRequestHeader>().Topic);
                }

                return null;
            case RequestCode.GetConsumerStatusFromClient:
                var topic = request.ReadHeader<GetConsumerStatusRequestHeader>().Topic;
                return Body(new GetConsumerStatusBody { MessageQueueTable = new(context.Offsets.Snapshot(topic)) });
            case RequestCode.GetConsumerRunningInfo:
                return Body(RunningInfo());
            case RequestCode.ConsumeMessageDirectly:
                return await ConsumeDirectlyAsync(request, cancellationToken).ConfigureAwait(false);
            default:
                return RemotingCommand.Response(ResponseCode.RequestCodeNotSupported, $"A consumer does not serve request code {request.Code}.");
        }
    }

    /// <summary>The offsets that a reset (220) sets for the topic that it names. Brokers send a map to Java clients and a list to all others.</summary>
    public static Dictionary<MessageQueue, long> OffsetsOf(RemotingCommand request)
    {
        var topic = request.ReadHeader<ResetOffsetRequestHeader>().Topic;
        Dictionary<MessageQueue, long> all;
        try
        {
            all = BodyJson.Deserialize<ResetOffsetBody>(request.Body.Span).OffsetTable;
        }
        catch (BodyFormatException)
        {
            all = BodyJson.Deserialize<ResetOffsetBodyForC>(request.Body.Span).OffsetTable
                .ToDictionary(entry => new MessageQueue(entry.Topic, entry.BrokerName, entry.QueueId), entry => entry.Offset);
        }

        return all.Where(pair => pair.Key.Topic == topic).ToDictionary();
    }

    private static RemotingCommand Body<T>(T body) => RemotingCommand.Response(ResponseCode.Success, body: BodyJson.Serialize(body));

    private async ValueTask<RemotingCommand> ConsumeDirectlyAsync(RemotingCommand request, CancellationToken cancellationToken)
    {
        if (_engine?.Consumption is not { } consumption || MessageDecoder.DecodeAll(request.Body) is not [var message, ..])
        {
            return RemotingCommand.Response(ResponseCode.SystemError, $"The body holds no message, or the consumer of group '{context.Group}' is not started.");
        }

        message.BrokerName = request.ReadHeader<ConsumeMessageDirectlyRequestHeader>().BrokerName ?? "";
        PulledMessages.RestoreTopic(message, context.Group);
        if (await consumption.ConsumeDirectlyAsync(message, cancellationToken).ConfigureAwait(false) is not { } outcome)
        {
            return RemotingCommand.Response(ResponseCode.SystemError, $"Group '{context.Group}' pulls; it has no handler to call.");
        }

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
        foreach (var subscription in context.Subscriptions)
        {
            info.SubscriptionSet.Add(subscription.ToData());
            var figures = context.Statistics.Read(subscription.Topic);
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
                CommitOffset = context.Offsets.Read(window.Queue) ?? -1,
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
        var options = context.Options;
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PROP_NAMESERVER_ADDR"] = context.Backend.NameServers.TrimEnd(';') + ";",
            ["PROP_CONSUME_TYPE"] = type == ConsumeType.Actively ? "CONSUME_ACTIVELY" : "CONSUME_PASSIVELY",
            ["PROP_CLIENT_VERSION"] = "V4_4_0",
            ["PROP_CONSUMEORDERLY"] = _engine?.Consumption is { IsOrdered: true } ? "true" : "false",
            ["PROP_THREADPOOL_CORE_SIZE"] = Text(options.ConsumeThreads),
            ["PROP_CONSUMER_START_TIMESTAMP"] = Text(_startedAt.ToUnixTimeMilliseconds()),
            ["consumerGroup"] = context.Group,
            ["messageModel"] = context.IsClustering ? "CLUSTERING" : "BROADCASTING",
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
