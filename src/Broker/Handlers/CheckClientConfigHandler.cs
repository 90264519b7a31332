using Rocketeer.Broker.Filtering.Sql;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>
/// CHECK_CLIENT_CONFIG 46: whether a subscription can be served (reference: broker.md section 8.3). Consumers ask before they start, so that
/// a wrong expression is their error and not silence.
/// </summary>
internal sealed class CheckClientConfigHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var subscription = request.Body.IsEmpty ? null : BodyJson.Deserialize<CheckClientRequestBody>(request.Body.Span).SubscriptionData;
        if (subscription is null || TagExpression.IsTagType(subscription.ExpressionType))
        {
            return Answer.Success();
        }

        if (!broker.Options.EnablePropertyFilter)
        {
            return Answer.Error($"The broker does not support consumer to filter message by {subscription.ExpressionType}");
        }

        return Problem(subscription) is { } problem ? Answer.Failure(ResponseCode.SubscriptionParseFailed, problem) : Answer.Success();
    }

    private static string? Problem(SubscriptionData subscription)
    {
        if (subscription.ExpressionType != TagExpression.Sql92Type)
        {
            return $"expressions are of type {TagExpression.TagType} or {TagExpression.Sql92Type}, not {subscription.ExpressionType}";
        }

        try
        {
            SqlExpression.Parse(subscription.SubString);
            return null;
        }
        catch (SqlSyntaxException e)
        {
            return $"the expression of topic {subscription.Topic} is wrong {e.Message}";
        }
    }
}
