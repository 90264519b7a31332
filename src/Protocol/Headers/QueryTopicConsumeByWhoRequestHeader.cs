using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 300: asks which groups consume a topic.</summary>
public readonly record struct QueryTopicConsumeByWhoRequestHeader : ICommandHeader<QueryTopicConsumeByWhoRequestHeader>
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <inheritdoc/>
    public static QueryTopicConsumeByWhoRequestHeader Read(ref ExtFieldReader fields)
    {
        string? topic = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("topic"u8))
            {
                topic = fields.GetName();
            }
        }

        return new QueryTopicConsumeByWhoRequestHeader
        {
            Topic = HeaderField.Required(topic, nameof(QueryTopicConsumeByWhoRequestHeader), "topic"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("topic"u8, Topic);
    }
}
