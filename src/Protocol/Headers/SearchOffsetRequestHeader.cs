using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 29: asks for the offset at a time.</summary>
public readonly record struct SearchOffsetRequestHeader : ICommandHeader<SearchOffsetRequestHeader>
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Queue index within the topic on this broker.</summary>
    public required int QueueId { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long Timestamp { get; init; }

    /// <inheritdoc/>
    public static SearchOffsetRequestHeader Read(ref ExtFieldReader fields)
    {
        string? topic = null;
        int? queueId = null;
        long? timestamp = null;
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
            else if (fields.Name.SequenceEqual("timestamp"u8))
            {
                timestamp = fields.GetInt64OrNull();
            }
        }

        return new SearchOffsetRequestHeader
        {
            Topic = HeaderField.Required(topic, nameof(SearchOffsetRequestHeader), "topic"),
            QueueId = HeaderField.Required(queueId, nameof(SearchOffsetRequestHeader), "queueId"),
            Timestamp = HeaderField.Required(timestamp, nameof(SearchOffsetRequestHeader), "timestamp"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("topic"u8, Topic);
        writer.Write("queueId"u8, QueueId);
        writer.Write("timestamp"u8, Timestamp);
    }
}
