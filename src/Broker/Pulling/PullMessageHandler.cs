using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Consumers;
using Rocketeer.Broker.Filtering;
using Rocketeer.Broker.Groups;
using Rocketeer.Broker.LongPolling;
using Rocketeer.Broker.Statistics;
using Rocketeer.Broker.Topics;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Pulling;

/// <summary>
/// Hands out messages: request 11 (reference: broker.md section 6). Runs on the event loop of the connection. When there is nothing yet
/// and the request allows it, the pull is kept in <see cref="HeldPulls"/> and answered when a message arrives or its time is over.
/// </summary>
internal sealed class PullMessageHandler(
    BrokerOptions options,
    TopicRegistry topics,
    SubscriptionGroupRegistry groups,
    PullSubscriptions subscriptions,
    ConsumerOffsets offsets,
    MessageStore store,
    StoreRole role,
    HeldPulls held,
    FilteredPulls filtered,
    OffsetMovedEvents offsetMoved,
    BrokerStatistics statistics) : IRequestHandler
{
    private const string Faq = "\nSee http://rocketmq.apache.org/docs/faq/ for further details.";

    /// <inheritdoc/>
    public void Handle(in CommandView request, Responder responder) =>
        Pull(request.ReadHeader<PullMessageRequestHeader>(), responder, maySuspend: true, mayScan: false);

    /// <summary>Runs a held pull once more; it is answered in any case.</summary>
    public void Resume(HeldPull pull) => Pull(pull.Request, pull.Responder, maySuspend: false, mayScan: false);

    /// <summary>Runs a pull whose filter reads records, away from event loops.</summary>
    /// <param name="pull">The pull.</param>
    /// <param name="maySuspend">Whether it may be held instead of answered.</param>
    public void Scan(HeldPull pull, bool maySuspend) => Pull(pull.Request, pull.Responder, maySuspend, mayScan: true);

    private void Pull(in PullMessageRequestHeader pull, Responder responder, bool maySuspend, bool mayScan)
    {
        if (!options.IsReadable)
        {
            responder.Reply(ResponseCode.NoPermission, $"the broker[{options.BrokerIP1}] pulling message is forbidden");
            return;
        }

        if (groups.FindOrCreate(pull.ConsumerGroup) is not { } group)
        {
            responder.Reply(
                ResponseCode.SubscriptionGroupNotExist, $"subscription group [{pull.ConsumerGroup}] does not exist, {Faq}");
            return;
        }

        if (!group.ConsumeEnable)
        {
            responder.Reply(ResponseCode.NoPermission, $"subscription group no permission, {pull.ConsumerGroup}");
            return;
        }

        if (TopicProblem(pull, responder) is { } problem)
        {
            responder.Reply(problem.Code, problem.Remark);
            return;
        }

        var subscription = subscriptions.Resolve(pull, group);
        if (subscription.Problem is not null)
        {
            responder.Reply(subscription.Code, subscription.Problem);
            return;
        }

        if (!mayScan && subscription.Filter is { NeedsRecord: true })
        {
            if (!filtered.TryEnqueue(new HeldPull(pull, responder, subscription.Filter), maySuspend))
            {
                responder.Reply(ResponseCode.SystemBusy, "[OVERLOAD]system busy, too many filtered pulls are waiting, start flow control for a while");
            }

            return;
        }

        using var result = store.Get(pull.Topic, pull.QueueId, pull.QueueOffset, pull.MaxMsgNums, subscription.Filter);
        if (result is null)
        {
            responder.Reply(ResponseCode.SystemError, "the store cannot be read now: it is stopping or its disk failed");
            return;
        }

        var suggestion = !options.SlaveReadEnable ? 0 : result.SuggestReadingFromSlave ? group.WhichBrokerWhenConsumeSlowly : group.BrokerId;
        Answer(pull, responder, result, subscription.Filter, suggestion, maySuspend);
        if (maySuspend && role.IsMaster && PullSysFlags.Has(pull.SysFlag, PullSysFlags.CommitOffset))
        {
            offsets.TryCommit(pull.ConsumerGroup, pull.Topic, pull.QueueId, pull.CommitOffset);
        }
    }

    private void Answer(
        in PullMessageRequestHeader pull, Responder responder, GetResult result, IPullFilter? filter, long suggestion, bool maySuspend)
    {
        var code = Code(result.Status, pull.QueueOffset);
        if (code == ResponseCode.PullNotFound && maySuspend && PullSysFlags.Has(pull.SysFlag, PullSysFlags.Suspend))
        {
            if (!held.TryHold(new HeldPull(pull, responder, filter), out var refusal))
            {
                responder.Reply(ResponseCode.SystemBusy, refusal);
            }

            return;
        }

        if (code == ResponseCode.PullOffsetMoved)
        {
            if (role.IsMaster || options.Store.OffsetCheckInSlave)
            {
                offsetMoved.Record(pull, result.NextBeginOffset);
            }
            else
            {
                // A slave may be behind: it does not move anybody's offset, the consumer asks again.
                code = ResponseCode.PullRetryImmediately;
            }
        }

        var header = new PullMessageResponseHeader
        {
            SuggestWhichBrokerId = suggestion,
            NextBeginOffset = result.NextBeginOffset,
            MinOffset = result.MinOffset,
            MaxOffset = result.MaxOffset,
        };
        if (code == ResponseCode.Success)
        {
            Count(pull, result);
            var begin = statistics.BeginCopy();
            responder.Reply(code, header, new PullBody(result), StatusNames.Of(result.Status));
            statistics.RecordPullLatency(pull.Topic, pull.ConsumerGroup, pull.QueueId, begin);
        }
        else
        {
            responder.Reply(code, header, StatusNames.Of(result.Status));
        }
    }

    private void Count(in PullMessageRequestHeader pull, GetResult result)
    {
        statistics.RecordPull(pull.Topic, pull.ConsumerGroup, result.MessageCount, result.TotalBytes);
        if (options.Protection.DiskFallRecorded)
        {
            statistics.RecordFall(pull.Topic, pull.ConsumerGroup, pull.QueueId, result.BehindBytes, result.LastStoreTimestamp);
        }

        if (result.SuggestReadingFromSlave)
        {
            statistics.RecordPullFromDisk(pull.Topic, pull.ConsumerGroup, result.MessageCount, result.TotalBytes);
        }
    }

    private (ResponseCode Code, string Remark)? TopicProblem(in PullMessageRequestHeader pull, Responder responder)
    {
        if (topics.Find(pull.Topic) is not { } topic)
        {
            return (ResponseCode.TopicNotExist, $"topic[{pull.Topic}] not exist, apply first please! {Faq}");
        }

        if (!Permissions.IsReadable(topic.Perm))
        {
            return (ResponseCode.NoPermission, $"the topic[{pull.Topic}] pulling message is forbidden");
        }

        return pull.QueueId >= 0 && pull.QueueId < topic.ReadQueueNums
            ? null
            : (ResponseCode.SystemError,
                $"queueId[{pull.QueueId}] is illegal, topic:[{pull.Topic}] topicConfig.readQueueNums:[{topic.ReadQueueNums}] "
                + $"consumer:[{responder.Connection.RemoteAddress}]");
    }

    private static ResponseCode Code(GetStatus status, long queueOffset) => status switch
    {
        GetStatus.Found => ResponseCode.Success,
        GetStatus.NoMatchedMessage or GetStatus.MessageWasRemoving => ResponseCode.PullRetryImmediately,
        GetStatus.OffsetFoundNull or GetStatus.OffsetOverflowOne => ResponseCode.PullNotFound,
        GetStatus.NoMatchedLogicQueue or GetStatus.NoMessageInQueue =>
            queueOffset == 0 ? ResponseCode.PullNotFound : ResponseCode.PullOffsetMoved,
        _ => ResponseCode.PullOffsetMoved,
    };
}
