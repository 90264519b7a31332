using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 301: a filter server reports itself.</summary>
public readonly record struct RegisterFilterServerRequestHeader : ICommandHeader<RegisterFilterServerRequestHeader>
{
    /// <summary>Address of the filter server.</summary>
    public required string FilterServerAddr { get; init; }

    /// <inheritdoc/>
    public static RegisterFilterServerRequestHeader Read(ref ExtFieldReader fields)
    {
        string? filterServerAddr = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("filterServerAddr"u8))
            {
                filterServerAddr = fields.GetName();
            }
        }

        return new RegisterFilterServerRequestHeader
        {
            FilterServerAddr = HeaderField.Required(filterServerAddr, nameof(RegisterFilterServerRequestHeader), "filterServerAddr"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("filterServerAddr"u8, FilterServerAddr);
    }
}
