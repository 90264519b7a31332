using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 307: asks for the inner state of a consumer.</summary>
public readonly record struct GetConsumerRunningInfoRequestHeader : ICommandHeader<GetConsumerRunningInfoRequestHeader>
{
    /// <summary>Consumer group.</summary>
    public required string ConsumerGroup { get; init; }

    /// <summary>Id of the client.</summary>
    public required string ClientId { get; init; }

    /// <summary>True to include the stacks of all threads.</summary>
    public bool JstackEnable { get; init; }

    /// <inheritdoc/>
    public static GetConsumerRunningInfoRequestHeader Read(ref ExtFieldReader fields)
    {
        string? consumerGroup = null;
        string? clientId = null;
        var jstackEnable = false;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("consumerGroup"u8))
            {
                consumerGroup = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("clientId"u8))
            {
                clientId = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("jstackEnable"u8))
            {
                jstackEnable = fields.GetBoolean();
            }
        }

        return new GetConsumerRunningInfoRequestHeader
        {
            ConsumerGroup = HeaderField.Required(consumerGroup, nameof(GetConsumerRunningInfoRequestHeader), "consumerGroup"),
            ClientId = HeaderField.Required(clientId, nameof(GetConsumerRunningInfoRequestHeader), "clientId"),
            JstackEnable = jstackEnable,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("consumerGroup"u8, ConsumerGroup);
        writer.Write("clientId"u8, ClientId);
        writer.Write("jstackEnable"u8, JstackEnable);
    }
}
