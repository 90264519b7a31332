using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 38: asks for the ids of the consumers of a group.</summary>
public readonly record struct GetConsumerListByGroupRequestHeader : ICommandHeader<GetConsumerListByGroupRequestHeader>
{
    /// <summary>Consumer group.</summary>
    public required string ConsumerGroup { get; init; }

    /// <inheritdoc/>
    public static GetConsumerListByGroupRequestHeader Read(ref ExtFieldReader fields)
    {
        string? consumerGroup = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("consumerGroup"u8))
            {
                consumerGroup = fields.GetName();
            }
        }

        return new GetConsumerListByGroupRequestHeader
        {
            ConsumerGroup = HeaderField.Required(consumerGroup, nameof(GetConsumerListByGroupRequestHeader), "consumerGroup"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("consumerGroup"u8, ConsumerGroup);
    }
}
