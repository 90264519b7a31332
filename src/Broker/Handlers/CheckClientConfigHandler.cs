using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>CHECK_CLIENT_CONFIG 46: whether a subscription can be served. Tags always can; other filters are not evaluated by this broker.</summary>
internal sealed class CheckClientConfigHandler : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var type = request.Body.IsEmpty
            ? null
            : BodyJson.Deserialize<CheckClientRequestBody>(request.Body.Span).SubscriptionData?.ExpressionType;
        return TagExpression.IsTagType(type)
            ? Answer.Success()
            : Answer.Error($"The broker does not support consumer to filter message by {type}");
    }
}
