using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_SYSTEM_TOPIC_LIST_FROM_BROKER 305.</summary>
internal sealed class GetSystemTopicListHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection) =>
        Answer.Json(new TopicList { Topics = [.. broker.Topics.SystemTopics.Order(StringComparer.Ordinal)] });
}
