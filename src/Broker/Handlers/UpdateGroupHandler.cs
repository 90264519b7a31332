using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>UPDATE_AND_CREATE_SUBSCRIPTIONGROUP 200.</summary>
internal sealed class UpdateGroupHandler(BrokerContext broker) : IAsyncRequestHandler
{
    /// <inheritdoc/>
    public async ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var group = BodyJson.Deserialize<SubscriptionGroupConfig>(request.Body.Span);
        return Answer.SuccessUnless(broker.Groups.Update(group) ?? await broker.Groups.SaveAsync());
    }
}
