using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>LOCK_BATCH_MQ 41: which of these queues a client may consume in order.</summary>
internal sealed class LockQueuesHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var wanted = BodyJson.Deserialize<LockBatchRequestBody>(request.Body.Span);
        var held = broker.Locks.Acquire(wanted.ConsumerGroup, wanted.ClientId, wanted.MqSet);
        return Answer.Json(new LockBatchResponseBody { LockOKMQSet = [.. held] });
    }
}
