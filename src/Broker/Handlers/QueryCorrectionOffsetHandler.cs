using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>
/// QUERY_CORRECTION_OFFSET 308: per queue of a topic the smallest offset of all groups but some, or the largest number where the compared
/// group is behind it. Unlike the original it changes nothing.
/// </summary>
internal sealed class QueryCorrectionOffsetHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var header = request.ReadHeader<QueryCorrectionOffsetRequestHeader>();
        var without = (header.FilterGroups ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var corrections = new Dictionary<int, long>();
        foreach (var group in broker.Offsets.GroupsOf(header.Topic).Except(without, StringComparer.Ordinal))
        {
            foreach (var (queueId, offset) in broker.Offsets.Of(group, header.Topic))
            {
                if (offset >= broker.Store.MinOffset(header.Topic, queueId))
                {
                    corrections[queueId] = Math.Min(offset, corrections.GetValueOrDefault(queueId, long.MaxValue));
                }
            }
        }

        foreach (var (queueId, offset) in broker.Offsets.Of(header.CompareGroup, header.Topic))
        {
            if (corrections.GetValueOrDefault(queueId, long.MaxValue) > offset)
            {
                corrections[queueId] = long.MaxValue;
            }
        }

        return Answer.Json(new QueryCorrectionOffsetBody { CorrectionOffsets = corrections });
    }
}
