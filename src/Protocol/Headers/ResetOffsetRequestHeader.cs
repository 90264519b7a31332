using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Requests 222 and 220: resets the offsets of a group to a time.</summary>
public readonly record struct ResetOffsetRequestHeader : ICommandHeader<ResetOffsetRequestHeader>
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Consumer group.</summary>
    public required string Group { get; init; }

    /// <summary>Milliseconds since 1970; -1 means the end.</summary>
    public required long Timestamp { get; init; }

    /// <summary>True to move committed offsets forward too.</summary>
    public bool IsForce { get; init; }

    /// <inheritdoc/>
    public static ResetOffsetRequestHeader Read(ref ExtFieldReader fields)
    {
        string? topic = null;
        string? group = null;
        long? timestamp = null;
        var isForce = false;
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
            else if (fields.Name.SequenceEqual("timestamp"u8))
            {
                timestamp = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("isForce"u8))
            {
                isForce = fields.GetBoolean();
            }
        }

        return new ResetOffsetRequestHeader
        {
            Topic = HeaderField.Required(topic, nameof(ResetOffsetRequestHeader), "topic"),
            Group = HeaderField.Required(group, nameof(ResetOffsetRequestHeader), "group"),
            Timestamp = HeaderField.Required(timestamp, nameof(ResetOffsetRequestHeader), "timestamp"),
            IsForce = isForce,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("topic"u8, Topic);
        writer.Write("group"u8, Group);
        writer.Write("timestamp"u8, Timestamp);
        writer.Write("isForce"u8, IsForce);
    }
}
