using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>
/// QUERY_CONSUME_QUEUE 321: entries of a queue, and whether a group's subscription lets each through. The original encodes its answer
/// before it fills it, so that nobody ever saw more than zeros.
/// </summary>
internal sealed class QueryConsumeQueueHandler(BrokerContext broker) : ImmediateHandler
{
    /// <summary>Most entries of one answer.</summary>
    public const int MaxEntries = 1000;

    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var header = request.ReadHeader<QueryConsumeQueueRequestHeader>();
        if (header.Topic is not { } name || broker.Topics.Find(name) is not { } topic || header.QueueId < 0
            || header.QueueId >= Math.Max(topic.ReadQueueNums, topic.WriteQueueNums))
        {
            return Answer.Error($"{header.QueueId}@{header.Topic} is not exist!");
        }

        var subscription = header.ConsumerGroup is { } group ? broker.Consumers.Find(group)?.Subscription(name) : null;
        return Answer.Json(new QueryConsumeQueueResponseBody
        {
            MinQueueIndex = broker.Store.MinOffset(name, header.QueueId),
            MaxQueueIndex = broker.Store.MaxOffset(name, header.QueueId),
            SubscriptionData = subscription,
            QueueData = Read(name, header.QueueId, header.Index, Math.Clamp(header.Count, 0, MaxEntries), subscription),
        });
    }

    private List<ConsumeQueueData> Read(string topic, int queueId, long index, int count, SubscriptionData? subscription)
    {
        var entries = new List<ConsumeQueueData>();
        while (entries.Count < count)
        {
            using var result = broker.Store.Get(topic, queueId, index, count - entries.Count, filter: null);
            if (result is not { MessageCount: > 0 })
            {
                break;
            }

            for (var i = 0; i < result.MessageCount; i++)
            {
                if (MessageRecordView.TryParse(result[i], out var record))
                {
                    entries.Add(Describe(record, subscription));
                }
            }

            index = result.NextBeginOffset;
        }

        return entries;
    }

    private static ConsumeQueueData Describe(in MessageRecordView record, SubscriptionData? subscription)
    {
        var tagsCode = MessageProperties.TryFind(record.Properties, "TAGS"u8, out var tags) ? JavaStringHash.OfUtf8(tags) : 0;
        return new ConsumeQueueData
        {
            PhysicOffset = record.PhysicalOffset,
            PhysicSize = record.TotalSize,
            TagsCode = tagsCode,
            Eval = subscription is null || subscription.TagsSet.Count == 0 || subscription.CodeSet.Contains(tagsCode),
        };
    }
}
