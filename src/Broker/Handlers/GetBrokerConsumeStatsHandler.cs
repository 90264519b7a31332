using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_BROKER_CONSUME_STATS 317: how far every group is in every topic.</summary>
internal sealed class GetBrokerConsumeStatsHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var onlyOrdered = request.ReadHeader<GetBrokerConsumeStatsRequestHeader>().IsOrder;
        var list = new ConsumeStatsList { BrokerAddr = broker.Identity.Address };
        foreach (var group in broker.Groups.Snapshot().SubscriptionGroupTable.Keys.Order(StringComparer.Ordinal))
        {
            var ofGroup = new List<ConsumeStats>();
            foreach (var name in broker.Offsets.TopicsOf(group))
            {
                if (broker.Topics.Find(name) is not { } topic || (onlyOrdered && !topic.Order) || !broker.IsOfInterest(group, name))
                {
                    continue;
                }

                var stats = new ConsumeStats();
                ConsumeProgress.AddTo(stats, broker, group, name, topic.WriteQueueNums);
                list.TotalDiff += stats.OffsetTable.Values.Sum(queue => queue.BrokerOffset - queue.ConsumerOffset);
                ofGroup.Add(stats);
            }

            list.Stats.Add(new Dictionary<string, List<ConsumeStats>>(StringComparer.Ordinal) { [group] = ofGroup });
        }

        return Answer.Json(list);
    }
}
