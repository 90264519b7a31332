using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 321: asks for entries of a consume queue.</summary>
public readonly record struct QueryConsumeQueueRequestHeader : ICommandHeader<QueryConsumeQueueRequestHeader>
{
    /// <summary>Topic name.</summary>
    public string? Topic { get; init; }

    /// <summary>Queue index within the topic on this broker.</summary>
    public int QueueId { get; init; }

    /// <summary>First entry wanted.</summary>
    public long Index { get; init; }

    /// <summary>Number of entries wanted.</summary>
    public int Count { get; init; }

    /// <summary>Consumer group.</summary>
    public string? ConsumerGroup { get; init; }

    /// <inheritdoc/>
    public static QueryConsumeQueueRequestHeader Read(ref ExtFieldReader fields)
    {
        string? topic = null;
        int? queueId = null;
        long? index = null;
        int? count = null;
        string? consumerGroup = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("topic"u8))
            {
                topic = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("queueId"u8))
            {
                queueId = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("index"u8))
            {
                index = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("count"u8))
            {
                count = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("consumerGroup"u8))
            {
                consumerGroup = fields.GetName();
            }
        }

        return new QueryConsumeQueueRequestHeader
        {
            Topic = topic,
            QueueId = queueId ?? 0,
            Index = index ?? 0,
            Count = count ?? 0,
            ConsumerGroup = consumerGroup,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("topic"u8, Topic);
        writer.Write("queueId"u8, QueueId);
        writer.Write("index"u8, Index);
        writer.Write("count"u8, Count);
        writer.Write("consumerGroup"u8, ConsumerGroup);
    }
}
