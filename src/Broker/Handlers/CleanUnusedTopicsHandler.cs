using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>CLEAN_UNUSED_TOPIC 316: the queues of topics that are not configured go, but never those of delays and transactions.</summary>
internal sealed class CleanUnusedTopicsHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        broker.Store.DropUnusedTopics(broker.Topics.InUse());
        return Answer.Success();
    }
}
