using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 101: asks for a value in a namespace of the name server.</summary>
public readonly record struct GetKVConfigRequestHeader : ICommandHeader<GetKVConfigRequestHeader>
{
    /// <summary>Namespace of the key.</summary>
    public required string Namespace { get; init; }

    /// <summary>Key.</summary>
    public required string Key { get; init; }

    /// <inheritdoc/>
    public static GetKVConfigRequestHeader Read(ref ExtFieldReader fields)
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

        return new GetKVConfigRequestHeader
        {
            Namespace = HeaderField.Required(@namespace, nameof(GetKVConfigRequestHeader), "namespace"),
            Key = HeaderField.Required(key, nameof(GetKVConfigRequestHeader), "key"),
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
