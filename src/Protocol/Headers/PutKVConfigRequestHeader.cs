using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 100: stores a value in a namespace of the name server.</summary>
public readonly record struct PutKVConfigRequestHeader : ICommandHeader<PutKVConfigRequestHeader>
{
    /// <summary>Namespace of the key.</summary>
    public required string Namespace { get; init; }

    /// <summary>Key.</summary>
    public required string Key { get; init; }

    /// <summary>Value.</summary>
    public required string Value { get; init; }

    /// <inheritdoc/>
    public static PutKVConfigRequestHeader Read(ref ExtFieldReader fields)
    {
        string? @namespace = null;
        string? key = null;
        string? value = null;
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
            else if (fields.Name.SequenceEqual("value"u8))
            {
                value = fields.GetString();
            }
        }

        return new PutKVConfigRequestHeader
        {
            Namespace = HeaderField.Required(@namespace, nameof(PutKVConfigRequestHeader), "namespace"),
            Key = HeaderField.Required(key, nameof(PutKVConfigRequestHeader), "key"),
            Value = HeaderField.Required(value, nameof(PutKVConfigRequestHeader), "value"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("namespace"u8, Namespace);
        writer.Write("key"u8, Key);
        writer.Write("value"u8, Value);
    }
}
