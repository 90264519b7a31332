using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Requests 215 and 216: deletes a topic in a broker, or its route in the name server.</summary>
public readonly record struct DeleteTopicRequestHeader : ICommandHeader<DeleteTopicRequestHeader>
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <inheritdoc/>
    public static DeleteTopicRequestHeader Read(ref ExtFieldReader fields)
    {
        string? topic = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("topic"u8))
            {
                topic = fields.GetName();
            }
        }

        return new DeleteTopicRequestHeader
        {
            Topic = HeaderField.Required(topic, nameof(DeleteTopicRequestHeader), "topic"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("topic"u8, Topic);
    }
}
