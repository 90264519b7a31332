using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 35: a client takes its leave.</summary>
public readonly record struct UnregisterClientRequestHeader : ICommandHeader<UnregisterClientRequestHeader>
{
    /// <summary>Id of the client.</summary>
    public required string ClientId { get; init; }

    /// <summary>Producer group.</summary>
    public string? ProducerGroup { get; init; }

    /// <summary>Consumer group.</summary>
    public string? ConsumerGroup { get; init; }

    /// <inheritdoc/>
    public static UnregisterClientRequestHeader Read(ref ExtFieldReader fields)
    {
        string? clientID = null;
        string? producerGroup = null;
        string? consumerGroup = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("clientID"u8))
            {
                clientID = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("producerGroup"u8))
            {
                producerGroup = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("consumerGroup"u8))
            {
                consumerGroup = fields.GetName();
            }
        }

        return new UnregisterClientRequestHeader
        {
            ClientId = HeaderField.Required(clientID, nameof(UnregisterClientRequestHeader), "clientID"),
            ProducerGroup = producerGroup,
            ConsumerGroup = consumerGroup,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("clientID"u8, ClientId);
        writer.Write("producerGroup"u8, ProducerGroup);
        writer.Write("consumerGroup"u8, ConsumerGroup);
    }
}
