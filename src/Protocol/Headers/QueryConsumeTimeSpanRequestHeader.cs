using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 303: asks for the times of the first, the last and the consumed messages.</summary>
public readonly record struct QueryConsumeTimeSpanRequestHeader : ICommandHeader<QueryConsumeTimeSpanRequestHeader>
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Consumer group.</summary>
    public required string Group { get; init; }

    /// <inheritdoc/>
    public static QueryConsumeTimeSpanRequestHeader Read(ref ExtFieldReader fields)
    {
        string? topic = null;
        string? group = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("topic"u8))
            {
                topic = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("group"u8))
            {
                group = fields.GetName();
            }
        }

        return new QueryConsumeTimeSpanRequestHeader
        {
            Topic = HeaderField.Required(topic, nameof(QueryConsumeTimeSpanRequestHeader), "topic"),
            Group = HeaderField.Required(group, nameof(QueryConsumeTimeSpanRequestHeader), "group"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("topic"u8, Topic);
        writer.Write("group"u8, Group);
    }
}
