using System.Text;
using Rocketeer.Broker.Configuration;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Pulling;

/// <summary>Leaves a message in OFFSET_MOVED_EVENT when a consumer's offset had to be corrected (reference: broker.md section 6.2).</summary>
internal sealed class OffsetMovedEvents(BrokerOptions options, MessageStore store, BrokerIdentity identity, TimeProvider clock)
{
    /// <summary>Records one correction. A store that cannot take it loses the event, not the pull.</summary>
    public void Record(in PullMessageRequestHeader pull, long newOffset)
    {
        var body = BodyJson.Serialize(new OffsetMovedEvent
        {
            ConsumerGroup = pull.ConsumerGroup,
            MessageQueue = new MessageQueue(pull.Topic, options.BrokerName, pull.QueueId),
            OffsetNew = newOffset,
            OffsetRequest = pull.QueueOffset,
        });
        var properties = MessageProperties.Encode(
        [
            new(PropertyNames.Tags, pull.ConsumerGroup),
            new(PropertyNames.Keys, pull.ConsumerGroup),
        ]);
        _ = store.Put(new MessageToStore
        {
            Topic = TopicNames.OffsetMovedEvent,
            QueueId = 0,
            BornTimestamp = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            BornHost = identity.StoreHost,
            StoreHost = identity.StoreHost,
            Body = body,
            Properties = Encoding.UTF8.GetBytes(properties),
        });
    }
}
