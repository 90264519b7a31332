using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 314: copies the offsets of a group to another.</summary>
public readonly record struct CloneGroupOffsetRequestHeader : ICommandHeader<CloneGroupOffsetRequestHeader>
{
    /// <summary>Group whose offsets are copied.</summary>
    public required string SrcGroup { get; init; }

    /// <summary>Group that receives them.</summary>
    public required string DestGroup { get; init; }

    /// <summary>Topic name.</summary>
    public string? Topic { get; init; }

    /// <summary>True when the source group is offline.</summary>
    public bool Offline { get; init; }

    /// <inheritdoc/>
    public static CloneGroupOffsetRequestHeader Read(ref ExtFieldReader fields)
    {
        string? srcGroup = null;
        string? destGroup = null;
        string? topic = null;
        var offline = false;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("srcGroup"u8))
            {
                srcGroup = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("destGroup"u8))
            {
                destGroup = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("topic"u8))
            {
                topic = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("offline"u8))
            {
                offline = fields.GetBoolean();
            }
        }

        return new CloneGroupOffsetRequestHeader
        {
            SrcGroup = HeaderField.Required(srcGroup, nameof(CloneGroupOffsetRequestHeader), "srcGroup"),
            DestGroup = HeaderField.Required(destGroup, nameof(CloneGroupOffsetRequestHeader), "destGroup"),
            Topic = topic,
            Offline = offline,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("srcGroup"u8, SrcGroup);
        writer.Write("destGroup"u8, DestGroup);
        writer.Write("topic"u8, Topic);
        writer.Write("offline"u8, Offline);
    }
}
