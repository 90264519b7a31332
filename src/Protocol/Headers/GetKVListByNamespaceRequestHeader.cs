using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 219: asks for a whole namespace of the name server.</summary>
public readonly record struct GetKVListByNamespaceRequestHeader : ICommandHeader<GetKVListByNamespaceRequestHeader>
{
    /// <summary>Namespace of the key.</summary>
    public required string Namespace { get; init; }

    /// <inheritdoc/>
    public static GetKVListByNamespaceRequestHeader Read(ref ExtFieldReader fields)
    {
        string? @namespace = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("namespace"u8))
            {
                @namespace = fields.GetName();
            }
        }

        return new GetKVListByNamespaceRequestHeader
        {
            Namespace = HeaderField.Required(@namespace, nameof(GetKVListByNamespaceRequestHeader), "namespace"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("namespace"u8, Namespace);
    }
}
