using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 14: asks for the committed offset of a group.</summary>
public readonly record struct QueryConsumerOffsetRequestHeader : ICommandHeader<QueryConsumerOffsetRequestHeader>
{
    /// <summary>Consumer group.</summary>
    public required string ConsumerGroup { get; init; }

    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Queue index within the topic on this broker.</summary>
    public required int QueueId { get; init; }

    /// <inheritdoc/>
    public static QueryConsumerOffsetRequestHeader Read(ref ExtFieldReader fields)
    {
        string? consumerGroup = null;
        string? topic = null;
        int? queueId = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("consumerGroup"u8))
            {
                consumerGroup = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("topic"u8))
            {
                topic = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("queueId"u8))
            {
                queueId = fields.GetInt32OrNull();
            }
        }

        return new QueryConsumerOffsetRequestHeader
        {
            ConsumerGroup = HeaderField.Required(consumerGroup, nameof(QueryConsumerOffsetRequestHeader), "consumerGroup"),
            Topic = HeaderField.Required(topic, nameof(QueryConsumerOffsetRequestHeader), "topic"),
            QueueId = HeaderField.Required(queueId, nameof(QueryConsumerOffsetRequestHeader), "queueId"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("consumerGroup"u8, ConsumerGroup);
        writer.Write("topic"u8, Topic);
        writer.Write("queueId"u8, QueueId);
    }
}
