using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>UPDATE_CONSUMER_OFFSET 15. Any offset is taken, also a smaller one.</summary>
internal sealed class UpdateConsumerOffsetHandler(BrokerContext broker) : IRequestHandler
{
    /// <inheritdoc/>
    public void Handle(in CommandView request, Responder responder)
    {
        var header = request.ReadHeader<UpdateConsumerOffsetRequestHeader>();
        if (broker.Offsets.TryCommit(header.ConsumerGroup, header.Topic, header.QueueId, header.CommitOffset))
        {
            responder.Reply(ResponseCode.Success);
        }
        else
        {
            responder.Reply(ResponseCode.SystemError, "the offset was not stored: the queueId is illegal or this broker holds too many offsets");
        }
    }
}
