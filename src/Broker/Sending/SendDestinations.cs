using Rocketeer.Broker.Groups;
using Rocketeer.Broker.Topics;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Sending;

/// <summary>
/// Decides where a message goes: the topic (created by the first send if that is allowed), the queue, and for messages that a consumer
/// gives up the dead letter topic (reference: broker.md sections 4.2 to 4.4). Thread-safe; allocates nothing for a known topic.
/// </summary>
internal sealed class SendDestinations(TopicRegistry topics, SubscriptionGroupRegistry groups)
{
    private const string Faq = "\nSee http://rocketmq.apache.org/docs/faq/ for further details.";
    private const int RetryQueues = 1;

    /// <summary>True for a topic whose order spans brokers; those are refused when this broker is not writable.</summary>
    public bool IsOrdered(string topic) => topics.Find(topic)?.Order == true;

    /// <summary>Finds the destination of a send.</summary>
    /// <param name="send">The request's header.</param>
    /// <param name="version">Version of the sender; from 3.4.9 on it brings its own maximum of attempts.</param>
    /// <param name="producer">Address of the sender, for the remark.</param>
    public SendDestination Resolve(in SendMessageRequestView send, int version, string producer)
    {
        if (topics.Find(send.Topic) is not { } topic)
        {
            var isRetry = send.Topic.StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal);
            var sysFlag = !send.UnitMode ? 0 : isRetry ? TopicSysFlags.UnitSubscription : TopicSysFlags.Unit;
            var created = topics.FindOrCreateForSend(send.Topic, send.DefaultTopic, send.DefaultTopicQueueNums, sysFlag, out var problem);
            if (created is null && isRetry)
            {
                created = topics.FindOrCreate(send.Topic, RetryQueues, Permissions.ReadWrite, sysFlag, out problem);
            }

            if (created is null)
            {
                return SendDestination.Refused(
                    ResponseCode.TopicNotExist, $"topic[{send.Topic}] not exist, apply first please! ({problem}){Faq}");
            }

            topic = created;
        }

        if (send.QueueId >= Math.Max(topic.WriteQueueNums, topic.ReadQueueNums))
        {
            return SendDestination.Refused(
                ResponseCode.SystemError, $"request queueId[{send.QueueId}] is illegal, {Describe(topic)} Producer: {producer}");
        }

        var queueId = send.QueueId >= 0 ? send.QueueId : Random.Shared.Next(Math.Max(1, topic.WriteQueueNums));
        var multiTag = topic.TopicFilterType == TopicFilterType.MultiTag;
        return send.Topic.StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal)
            ? Retry(send, version, queueId, multiTag)
            : new SendDestination(send.Topic, queueId, multiTag);
    }

    /// <summary>The dead letter topic of a group, created write-only when it is needed first.</summary>
    public TopicConfig? DeadLetterTopic(string group, out string? problem) =>
        topics.FindOrCreate(TopicNames.DeadLetterOf(group), RetryQueues, Permissions.Write, 0, out problem);

    private SendDestination Retry(in SendMessageRequestView send, int version, int queueId, bool multiTag)
    {
        if (send.Batch)
        {
            return SendDestination.Refused(ResponseCode.MessageIllegal, $"batch request does not support retry group {send.Topic}");
        }

        var name = send.Topic[TopicNames.RetryPrefix.Length..];
        if (groups.FindOrCreate(name) is not { } group)
        {
            return SendDestination.Refused(
                ResponseCode.SubscriptionGroupNotExist, $"subscription group not exist, {name} {Faq}");
        }

        // The original fails with a NullPointerException when a new client leaves its maximum out; the group's own is what it meant.
        var maximum = version >= MqVersion.V3_4_9 ? send.MaxReconsumeTimes ?? group.RetryMaxTimes : group.RetryMaxTimes;
        if ((send.ReconsumeTimes ?? 0) < maximum)
        {
            return new SendDestination(send.Topic, queueId, multiTag);
        }

        return DeadLetterTopic(name, out var problem) is { } dead
            ? new SendDestination(dead.TopicName, 0, multiTag)
            : SendDestination.Refused(ResponseCode.SystemError, $"topic[{TopicNames.DeadLetterOf(name)}] not exist: {problem}");
    }

    private static string Describe(TopicConfig topic) =>
        $"TopicConfig [topicName={topic.TopicName}, readQueueNums={topic.ReadQueueNums}, writeQueueNums={topic.WriteQueueNums}, "
        + $"perm={Permissions.ToText(topic.Perm)}, topicFilterType={(topic.TopicFilterType == TopicFilterType.MultiTag ? "MULTI_TAG" : "SINGLE_TAG")}, "
        + $"topicSysFlag={topic.TopicSysFlag}, order={(topic.Order ? "true" : "false")}]";
}

/// <summary>Where a message goes, or why it goes nowhere.</summary>
/// <param name="Topic">Topic that it is stored under.</param>
/// <param name="QueueId">Queue of that topic.</param>
/// <param name="MultiTag">The topic filters on several tags.</param>
/// <param name="Code">Response code when <paramref name="Problem"/> is set.</param>
/// <param name="Problem">Why the message is refused, <see langword="null"/> when it is not.</param>
internal readonly record struct SendDestination(
    string Topic, int QueueId, bool MultiTag, ResponseCode Code = ResponseCode.Success, string? Problem = null)
{
    public static SendDestination Refused(ResponseCode code, string problem) => new("", 0, false, code, problem);
}
