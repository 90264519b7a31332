using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Consumers;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Pulling;

/// <summary>Finds out what a pull subscribes to: its own text, or what its group's heartbeats said (reference: broker.md section 6.1).</summary>
internal sealed class PullSubscriptions(BrokerOptions options, ConsumerGroups consumers)
{
    private const string Faq = "\nSee http://rocketmq.apache.org/docs/faq/ for further details.";
    private readonly InlineSubscriptions _inline = new();

    /// <summary>The filter of a pull.</summary>
    /// <param name="pull">The request.</param>
    /// <param name="group">Configuration of its group.</param>
    public PullSubscription Resolve(in PullMessageRequestHeader pull, SubscriptionGroupConfig group)
    {
        var inline = PullSysFlags.Has(pull.SysFlag, PullSysFlags.Subscription);
        if (inline && !TagExpression.IsTagType(pull.ExpressionType))
        {
            return NotByTag(pull.ExpressionType);
        }

        if (inline)
        {
            return _inline.Find(pull.Topic, pull.Subscription) is { } parsed
                ? new PullSubscription(TagFilter.Of(parsed))
                : PullSubscription.Refused(
                    ResponseCode.SubscriptionParseFailed, $"parse the consumer's subscription failed: '{pull.Subscription}' names no tag");
        }

        if (consumers.Find(pull.ConsumerGroup) is not { } connected)
        {
            return PullSubscription.Refused(ResponseCode.SubscriptionNotExist, "the consumer's group info not exist" + Faq);
        }

        if (!group.ConsumeBroadcastEnable && connected.MessageModel == MessageModel.Broadcasting)
        {
            return PullSubscription.Refused(
                ResponseCode.NoPermission, $"the consumer group[{pull.ConsumerGroup}] can not consume by broadcast way");
        }

        if (connected.Subscription(pull.Topic) is not { } subscription)
        {
            return PullSubscription.Refused(ResponseCode.SubscriptionNotExist, "the consumer's subscription not exist" + Faq);
        }

        if (subscription.SubVersion < pull.SubVersion)
        {
            return PullSubscription.Refused(ResponseCode.SubscriptionNotLatest, "the consumer's subscription not latest");
        }

        return TagExpression.IsTagType(subscription.ExpressionType)
            ? new PullSubscription(TagFilter.Of(subscription))
            : NotByTag(subscription.ExpressionType);
    }

    /// <summary>Expressions other than tags are not evaluated; letting every message pass would be worse than saying so.</summary>
    private PullSubscription NotByTag(string? type) => options.EnablePropertyFilter
        ? PullSubscription.Refused(ResponseCode.FilterDataNotExist, $"this broker does not evaluate {type} expressions; subscribe by tag")
        : PullSubscription.Refused(ResponseCode.SystemError, $"The broker does not support consumer to filter message by {type}");
}

/// <summary>What a pull may see, or why it may see nothing.</summary>
/// <param name="Filter">Filter; <see langword="null"/> lets everything pass.</param>
/// <param name="Code">Response code when <paramref name="Problem"/> is set.</param>
/// <param name="Problem">Why the pull is refused.</param>
internal readonly record struct PullSubscription(TagFilter? Filter, ResponseCode Code = ResponseCode.Success, string? Problem = null)
{
    public static PullSubscription Refused(ResponseCode code, string problem) => new(null, code, problem);
}
