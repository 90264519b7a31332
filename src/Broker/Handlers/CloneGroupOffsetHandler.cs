using Rocketeer.Broker.Topics;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>CLONE_GROUP_OFFSET 314: a group gets the offsets of another one, in one topic or in all of them.</summary>
internal sealed class CloneGroupOffsetHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var header = request.ReadHeader<CloneGroupOffsetRequestHeader>();
        if (TopicNameRules.ProblemOfGroup(header.DestGroup) is { } problem)
        {
            return Answer.Error(problem);
        }

        var topics = string.IsNullOrEmpty(header.Topic) ? broker.Offsets.TopicsOf(header.SrcGroup) : [header.Topic];
        foreach (var topic in topics)
        {
            if (broker.Topics.Find(topic) is not null && (header.Offline || broker.IsOfInterest(header.SrcGroup, topic)))
            {
                broker.Offsets.Clone(header.SrcGroup, header.DestGroup, topic);
            }
        }

        return Answer.Success();
    }
}
