using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 30: asks for the offset behind the last message of a queue.</summary>
public readonly record struct GetMaxOffsetRequestHeader : ICommandHeader<GetMaxOffsetRequestHeader>
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Queue index within the topic on this broker.</summary>
    public required int QueueId { get; init; }

    /// <inheritdoc/>
    public static GetMaxOffsetRequestHeader Read(ref ExtFieldReader fields)
    {
        string? topic = null;
        int? queueId = null;
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
        }

        return new GetMaxOffsetRequestHeader
        {
            Topic = HeaderField.Required(topic, nameof(GetMaxOffsetRequestHeader), "topic"),
            QueueId = HeaderField.Required(queueId, nameof(GetMaxOffsetRequestHeader), "queueId"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("topic"u8, Topic);
        writer.Write("queueId"u8, QueueId);
    }
}
