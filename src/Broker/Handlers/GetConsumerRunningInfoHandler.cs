using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_CONSUMER_RUNNING_INFO 307: answered by the consumer.</summary>
internal sealed class GetConsumerRunningInfoHandler(BrokerContext broker) : IAsyncRequestHandler
{
    /// <inheritdoc/>
    public ValueTask<RemotingCommand?> HandleAsync(RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var header = request.ReadHeader<GetConsumerRunningInfoRequestHeader>();
        return ConsumerCalls.ForwardAsync(broker, request, header.ConsumerGroup, header.ClientId, default, cancellationToken);
    }
}
