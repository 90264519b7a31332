using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_CONSUME_STATS 208: how far a group is, in one topic or in all.</summary>
internal sealed class GetConsumeStatsHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var header = request.ReadHeader<GetConsumeStatsRequestHeader>();
        var topics = string.IsNullOrEmpty(header.Topic) ? broker.Offsets.TopicsOf(header.ConsumerGroup) : [header.Topic];
        var stats = new ConsumeStats();
        foreach (var name in topics)
        {
            if (broker.Topics.Find(name) is { } topic && broker.IsOfInterest(header.ConsumerGroup, name))
            {
                ConsumeProgress.AddTo(stats, broker, header.ConsumerGroup, name, topic.ReadQueueNums);
            }
        }

        return Answer.Json(stats);
    }
}
