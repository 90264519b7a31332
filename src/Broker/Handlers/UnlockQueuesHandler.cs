using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>UNLOCK_BATCH_MQ 42.</summary>
internal sealed class UnlockQueuesHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var given = BodyJson.Deserialize<LockBatchRequestBody>(request.Body.Span);
        broker.Locks.Release(given.ConsumerGroup, given.ClientId, given.MqSet);
        return Answer.Success();
    }
}
