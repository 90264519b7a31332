using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Requests 223 and 221: asks for the offsets that clients hold in memory.</summary>
public readonly record struct GetConsumerStatusRequestHeader : ICommandHeader<GetConsumerStatusRequestHeader>
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Consumer group.</summary>
    public required string Group { get; init; }

    /// <summary>Id of the one client to ask; all when absent.</summary>
    public string? ClientAddr { get; init; }

    /// <inheritdoc/>
    public static GetConsumerStatusRequestHeader Read(ref ExtFieldReader fields)
    {
        string? topic = null;
        string? group = null;
        string? clientAddr = null;
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
            else if (fields.Name.SequenceEqual("clientAddr"u8))
            {
                clientAddr = fields.GetString();
            }
        }

        return new GetConsumerStatusRequestHeader
        {
            Topic = HeaderField.Required(topic, nameof(GetConsumerStatusRequestHeader), "topic"),
            Group = HeaderField.Required(group, nameof(GetConsumerStatusRequestHeader), "group"),
            ClientAddr = clientAddr,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("topic"u8, Topic);
        writer.Write("group"u8, Group);
        writer.Write("clientAddr"u8, ClientAddr);
    }
}
