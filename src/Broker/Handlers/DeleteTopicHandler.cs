using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>DELETE_TOPIC_IN_BROKER 215: the topic and its queues go; an unknown topic is gone already.</summary>
internal sealed class DeleteTopicHandler(BrokerContext broker) : IAsyncRequestHandler
{
    /// <inheritdoc/>
    public async ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var topic = request.ReadHeader<DeleteTopicRequestHeader>().Topic;
        broker.Topics.Delete(topic);
        if (await broker.Topics.SaveAsync() is { } problem)
        {
            return Answer.Error(problem);
        }

        broker.Store.DropUnusedTopics(broker.Topics.InUse());
        broker.Statistics.ForgetTopic(topic);
        return Answer.Success();
    }
}
