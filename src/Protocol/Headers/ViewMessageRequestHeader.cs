using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 33: asks for the message at an offset.</summary>
public readonly record struct ViewMessageRequestHeader : ICommandHeader<ViewMessageRequestHeader>
{
    /// <summary>Commit log offset of the message.</summary>
    public required long Offset { get; init; }

    /// <inheritdoc/>
    public static ViewMessageRequestHeader Read(ref ExtFieldReader fields)
    {
        long? offset = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("offset"u8))
            {
                offset = fields.GetInt64OrNull();
            }
        }

        return new ViewMessageRequestHeader
        {
            Offset = HeaderField.Required(offset, nameof(ViewMessageRequestHeader), "offset"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("offset"u8, Offset);
    }
}
