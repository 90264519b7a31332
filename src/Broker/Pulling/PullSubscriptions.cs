using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Consumers;
using Rocketeer.Broker.Filtering;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Pulling;

/// <summary>Finds out what a pull subscribes to: its own text, or what its group's heartbeats said (reference: broker.md section 6.1).</summary>
internal sealed class PullSubscriptions(BrokerOptions options, ConsumerGroups consumers, ConsumerFilters filters)
{
    private const string Faq = "\nSee http://rocketmq.apache.org/docs/faq/ for further details.";
    private readonly InlineSubscriptions _inline = new();
    private readonly InlineExpressions _expressions = new();

    /// <summary>The filter of a pull.</summary>
    /// <param name="pull">The request.</param>
    /// <param name="group">Configuration of its group.</param>
    public PullSubscription Resolve(in PullMessageRequestHeader pull, SubscriptionGroupConfig group)
    {
        var resolved = PullSysFlags.Has(pull.SysFlag, PullSysFlags.Subscription) ? Inline(pull) : Registered(pull, group);
        return options.Filter.FilterSupportRetry
            && resolved.Problem is null
            && pull.Topic.StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal)
                ? new PullSubscription(new RetryFilter(resolved.Filter, pull.Topic[TopicNames.RetryPrefix.Length..], filters))
                : resolved;
    }

    private PullSubscription Inline(in PullMessageRequestHeader pull)
    {
        if (TagExpression.IsTagType(pull.ExpressionType))
        {
            return _inline.Find(pull.Topic, pull.Subscription) is { } parsed
                ? new PullSubscription(TagFilter.Of(parsed))
                : NotParsed($"'{pull.Subscription}' names no tag");
        }

        if (string.IsNullOrEmpty(pull.Subscription))
        {
            return NotParsed($"the {pull.ExpressionType} expression is empty");
        }

        if (!options.EnablePropertyFilter)
        {
            return NotSupported(pull.ExpressionType);
        }

        if (pull.ExpressionType != TagExpression.Sql92Type)
        {
            return NotParsed($"expressions are of type {TagExpression.TagType} or {TagExpression.Sql92Type}, not {pull.ExpressionType}");
        }

        var (filter, problem) = _expressions.Find(pull.Subscription);
        return problem is null ? new PullSubscription(filter) : NotParsed(problem);
    }

    private PullSubscription Registered(in PullMessageRequestHeader pull, SubscriptionGroupConfig group)
    {
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
            : Expression(pull, subscription.ExpressionType);
    }

    private PullSubscription Expression(in PullMessageRequestHeader pull, string? type)
    {
        if (filters.Find(pull.Topic, pull.ConsumerGroup) is not { } filter)
        {
            return PullSubscription.Refused(
                ResponseCode.FilterDataNotExist, "The broker's consumer filter data is not exist!Your expression may be wrong!");
        }

        if (filter.Version < pull.SubVersion)
        {
            return PullSubscription.Refused(ResponseCode.FilterDataNotLatest, "the consumer's consumer filter data not latest");
        }

        return options.EnablePropertyFilter ? new PullSubscription(filter) : NotSupported(type);
    }

    private static PullSubscription NotParsed(string reason) =>
        PullSubscription.Refused(ResponseCode.SubscriptionParseFailed, $"parse the consumer's subscription failed: {reason}");

    private static PullSubscription NotSupported(string? type) =>
        PullSubscription.Refused(ResponseCode.SystemError, $"The broker does not support consumer to filter message by {type}");
}

/// <summary>What a pull may see, or why it may see nothing.</summary>
/// <param name="Filter">Filter; <see langword="null"/> lets everything pass.</param>
/// <param name="Code">Response code when <paramref name="Problem"/> is set.</param>
/// <param name="Problem">Why the pull is refused.</param>
internal readonly record struct PullSubscription(IPullFilter? Filter, ResponseCode Code = ResponseCode.Success, string? Problem = null)
{
    public static PullSubscription Refused(ResponseCode code, string problem) => new(null, code, problem);
}
