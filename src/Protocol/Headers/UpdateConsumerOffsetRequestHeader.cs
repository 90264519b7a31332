using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 15: commits the offset of a group.</summary>
public readonly record struct UpdateConsumerOffsetRequestHeader : ICommandHeader<UpdateConsumerOffsetRequestHeader>
{
    /// <summary>Consumer group.</summary>
    public required string ConsumerGroup { get; init; }

    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Queue index within the topic on this broker.</summary>
    public required int QueueId { get; init; }

    /// <summary>Offset to commit.</summary>
    public required long CommitOffset { get; init; }

    /// <inheritdoc/>
    public static UpdateConsumerOffsetRequestHeader Read(ref ExtFieldReader fields)
    {
        string? consumerGroup = null;
        string? topic = null;
        int? queueId = null;
        long? commitOffset = null;
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
            else if (fields.Name.SequenceEqual("commitOffset"u8))
            {
                commitOffset = fields.GetInt64OrNull();
            }
        }

        return new UpdateConsumerOffsetRequestHeader
        {
            ConsumerGroup = HeaderField.Required(consumerGroup, nameof(UpdateConsumerOffsetRequestHeader), "consumerGroup"),
            Topic = HeaderField.Required(topic, nameof(UpdateConsumerOffsetRequestHeader), "topic"),
            QueueId = HeaderField.Required(queueId, nameof(UpdateConsumerOffsetRequestHeader), "queueId"),
            CommitOffset = HeaderField.Required(commitOffset, nameof(UpdateConsumerOffsetRequestHeader), "commitOffset"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("consumerGroup"u8, ConsumerGroup);
        writer.Write("topic"u8, Topic);
        writer.Write("queueId"u8, QueueId);
        writer.Write("commitOffset"u8, CommitOffset);
    }
}
