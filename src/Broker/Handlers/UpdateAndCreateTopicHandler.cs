using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>
/// UPDATE_AND_CREATE_TOPIC 17. The answer comes when the topic is saved and, unless they are slow, the name servers know it (the original
/// answers first and then tries).
/// </summary>
internal sealed class UpdateAndCreateTopicHandler(BrokerContext broker) : IAsyncRequestHandler
{
    /// <summary>Longest wait for the name servers; a dead one must not cost the administrator his answer.</summary>
    private static readonly TimeSpan RegistrationWait = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var header = request.ReadHeader<UpdateAndCreateTopicRequestHeader>();
        if (header.Topic == broker.Identity.ClusterName)
        {
            return Answer.Error($"the topic[{header.Topic}] is conflict with system reserved words.");
        }

        if (FilterType(header.TopicFilterType) is not { } filterType)
        {
            return Answer.Error("the topicFilterType is neither SINGLE_TAG nor MULTI_TAG");
        }

        var topic = new TopicConfig
        {
            TopicName = header.Topic,
            ReadQueueNums = header.ReadQueueNums,
            WriteQueueNums = header.WriteQueueNums,
            Perm = header.Perm,
            TopicFilterType = filterType,
            TopicSysFlag = header.TopicSysFlag,
            Order = header.Order,
        };
        if ((broker.Topics.Update(topic) ?? await broker.Topics.SaveAsync()) is { } problem)
        {
            return Answer.Error(problem);
        }

        await Task.WhenAny(
            broker.Registrar.RegisterTopicAsync(topic), Task.Delay(RegistrationWait, broker.Clock, cancellationToken));
        return Answer.Success();
    }

    private static TopicFilterType? FilterType(string word) => word switch
    {
        "SINGLE_TAG" => TopicFilterType.SingleTag,
        "MULTI_TAG" => TopicFilterType.MultiTag,
        _ => null,
    };
}
