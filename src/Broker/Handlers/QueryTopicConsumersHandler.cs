using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>QUERY_TOPIC_CONSUME_BY_WHO 300: groups that subscribe to a topic now, or have offsets in it.</summary>
internal sealed class QueryTopicConsumersHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var topic = request.ReadHeader<QueryTopicConsumeByWhoRequestHeader>().Topic;
        var online = broker.Consumers.All.Where(group => group.Subscription(topic) is not null).Select(group => group.Name);
        return Answer.Json(new GroupList { Groups = [.. online.Union(broker.Offsets.GroupsOf(topic)).Order(StringComparer.Ordinal)] });
    }
}
