using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>DELETE_SUBSCRIPTIONGROUP 207; an unknown group is gone already.</summary>
internal sealed class DeleteGroupHandler(BrokerContext broker) : IAsyncRequestHandler
{
    /// <inheritdoc/>
    public async ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var group = request.ReadHeader<DeleteSubscriptionGroupRequestHeader>().GroupName;
        broker.Groups.Delete(group);
        broker.Statistics.ForgetGroup(group);
        return Answer.SuccessUnless(await broker.Groups.SaveAsync());
    }
}
