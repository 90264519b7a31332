using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 102: deletes a value in a namespace of the name server.</summary>
public readonly record struct DeleteKVConfigRequestHeader : ICommandHeader<DeleteKVConfigRequestHeader>
{
    /// <summary>Namespace of the key.</summary>
    public required string Namespace { get; init; }

    /// <summary>Key.</summary>
    public required string Key { get; init; }

    /// <inheritdoc/>
    public static DeleteKVConfigRequestHeader Read(ref ExtFieldReader fields)
    {
        string? @namespace = null;
        string? key = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("namespace"u8))
            {
                @namespace = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("key"u8))
            {
                key = fields.GetString();
            }
        }

        return new DeleteKVConfigRequestHeader
        {
            Namespace = HeaderField.Required(@namespace, nameof(DeleteKVConfigRequestHeader), "namespace"),
            Key = HeaderField.Required(key, nameof(DeleteKVConfigRequestHeader), "key"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("namespace"u8, Namespace);
        writer.Write("key"u8, Key);
    }
}
