using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Answer to request 301.</summary>
public readonly record struct RegisterFilterServerResponseHeader : ICommandHeader<RegisterFilterServerResponseHeader>
{
    /// <summary>Name of the broker group.</summary>
    public string? BrokerName { get; init; }

    /// <summary>0 is the master, others are slaves.</summary>
    public long BrokerId { get; init; }

    /// <inheritdoc/>
    public static RegisterFilterServerResponseHeader Read(ref ExtFieldReader fields)
    {
        string? brokerName = null;
        long? brokerId = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("brokerName"u8))
            {
                brokerName = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("brokerId"u8))
            {
                brokerId = fields.GetInt64OrNull();
            }
        }

        return new RegisterFilterServerResponseHeader
        {
            BrokerName = brokerName,
            BrokerId = brokerId ?? 0,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("brokerName"u8, BrokerName);
        writer.Write("brokerId"u8, BrokerId);
    }
}
