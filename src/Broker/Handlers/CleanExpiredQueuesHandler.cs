using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>CLEAN_EXPIRED_CONSUMEQUEUE 306.</summary>
internal sealed class CleanExpiredQueuesHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        broker.Store.DropExpiredQueues();
        return Answer.Success();
    }
}
