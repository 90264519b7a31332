using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 205: takes the write permission from all topics of a broker.</summary>
public readonly record struct WipeWritePermOfBrokerRequestHeader : ICommandHeader<WipeWritePermOfBrokerRequestHeader>
{
    /// <summary>Name of the broker group.</summary>
    public required string BrokerName { get; init; }

    /// <inheritdoc/>
    public static WipeWritePermOfBrokerRequestHeader Read(ref ExtFieldReader fields)
    {
        string? brokerName = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("brokerName"u8))
            {
                brokerName = fields.GetName();
            }
        }

        return new WipeWritePermOfBrokerRequestHeader
        {
            BrokerName = HeaderField.Required(brokerName, nameof(WipeWritePermOfBrokerRequestHeader), "brokerName"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("brokerName"u8, BrokerName);
    }
}
