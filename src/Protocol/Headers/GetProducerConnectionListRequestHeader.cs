using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 204: asks for the connections of a producer group.</summary>
public readonly record struct GetProducerConnectionListRequestHeader : ICommandHeader<GetProducerConnectionListRequestHeader>
{
    /// <summary>Producer group.</summary>
    public required string ProducerGroup { get; init; }

    /// <inheritdoc/>
    public static GetProducerConnectionListRequestHeader Read(ref ExtFieldReader fields)
    {
        string? producerGroup = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("producerGroup"u8))
            {
                producerGroup = fields.GetName();
            }
        }

        return new GetProducerConnectionListRequestHeader
        {
            ProducerGroup = HeaderField.Required(producerGroup, nameof(GetProducerConnectionListRequestHeader), "producerGroup"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("producerGroup"u8, ProducerGroup);
    }
}
