using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 202: asks for the offsets of all queues of a topic.</summary>
public readonly record struct GetTopicStatsInfoRequestHeader : ICommandHeader<GetTopicStatsInfoRequestHeader>
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <inheritdoc/>
    public static GetTopicStatsInfoRequestHeader Read(ref ExtFieldReader fields)
    {
        string? topic = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("topic"u8))
            {
                topic = fields.GetName();
            }
        }

        return new GetTopicStatsInfoRequestHeader
        {
            Topic = HeaderField.Required(topic, nameof(GetTopicStatsInfoRequestHeader), "topic"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("topic"u8, Topic);
    }
}
