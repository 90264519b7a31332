using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 309: has one consumer process one message at once.</summary>
public readonly record struct ConsumeMessageDirectlyRequestHeader : ICommandHeader<ConsumeMessageDirectlyRequestHeader>
{
    /// <summary>Consumer group.</summary>
    public required string ConsumerGroup { get; init; }

    /// <summary>Id of the client.</summary>
    public string? ClientId { get; init; }

    /// <summary>Id by store address and offset.</summary>
    public string? MsgId { get; init; }

    /// <summary>Name of the broker group.</summary>
    public string? BrokerName { get; init; }

    /// <inheritdoc/>
    public static ConsumeMessageDirectlyRequestHeader Read(ref ExtFieldReader fields)
    {
        string? consumerGroup = null;
        string? clientId = null;
        string? msgId = null;
        string? brokerName = null;
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
            else if (fields.Name.SequenceEqual("msgId"u8))
            {
                msgId = fields.GetString();
            }
            else if (fields.Name.SequenceEqual("brokerName"u8))
            {
                brokerName = fields.GetName();
            }
        }

        return new ConsumeMessageDirectlyRequestHeader
        {
            ConsumerGroup = HeaderField.Required(consumerGroup, nameof(ConsumeMessageDirectlyRequestHeader), "consumerGroup"),
            ClientId = clientId,
            MsgId = msgId,
            BrokerName = brokerName,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("consumerGroup"u8, ConsumerGroup);
        writer.Write("clientId"u8, ClientId);
        writer.Write("msgId"u8, MsgId);
        writer.Write("brokerName"u8, BrokerName);
    }
}
