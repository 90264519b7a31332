using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 203: asks for the connections of a consumer group.</summary>
public readonly record struct GetConsumerConnectionListRequestHeader : ICommandHeader<GetConsumerConnectionListRequestHeader>
{
    /// <summary>Consumer group.</summary>
    public required string ConsumerGroup { get; init; }

    /// <inheritdoc/>
    public static GetConsumerConnectionListRequestHeader Read(ref ExtFieldReader fields)
    {
        string? consumerGroup = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("consumerGroup"u8))
            {
                consumerGroup = fields.GetName();
            }
        }

        return new GetConsumerConnectionListRequestHeader
        {
            ConsumerGroup = HeaderField.Required(consumerGroup, nameof(GetConsumerConnectionListRequestHeader), "consumerGroup"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("consumerGroup"u8, ConsumerGroup);
    }
}
