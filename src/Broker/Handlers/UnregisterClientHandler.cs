using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>UNREGISTER_CLIENT 35: a client leaves a producer group, a consumer group or both.</summary>
internal sealed class UnregisterClientHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var header = request.ReadHeader<UnregisterClientRequestHeader>();
        if (header.ProducerGroup is { } producers)
        {
            broker.Producers.Unregister(producers, connection);
        }

        if (header.ConsumerGroup is { } consumers)
        {
            broker.Consumers.Unregister(consumers, connection, broker.Groups.Find(consumers)?.NotifyConsumerIdsChangedEnable ?? true);
        }

        return Answer.Success();
    }
}
