using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 103: a broker reports itself and its topics.</summary>
public readonly record struct RegisterBrokerRequestHeader : ICommandHeader<RegisterBrokerRequestHeader>
{
    /// <summary>Name of the broker group.</summary>
    public required string BrokerName { get; init; }

    /// <summary>Address of the broker, <c>ip:port</c>.</summary>
    public required string BrokerAddr { get; init; }

    /// <summary>Cluster of the broker.</summary>
    public required string ClusterName { get; init; }

    /// <summary>Address at which the master serves replication.</summary>
    public required string HaServerAddr { get; init; }

    /// <summary>0 is the master, others are slaves.</summary>
    public required long BrokerId { get; init; }

    /// <summary>True when the body is one zlib stream.</summary>
    public bool Compressed { get; init; }

    /// <summary>Checksum of the body as sent (<see cref="Messages.BodyChecksum"/>); 0 is not checked.</summary>
    public int BodyCrc32 { get; init; }

    /// <summary>
    /// Rocketeer's own: number of the decision that made the broker what it is; 0, and then not sent, when its configuration did. Name
    /// servers of the original ignore it.
    /// </summary>
    public long Epoch { get; init; }

    /// <inheritdoc/>
    public static RegisterBrokerRequestHeader Read(ref ExtFieldReader fields)
    {
        string? brokerName = null;
        string? brokerAddr = null;
        string? clusterName = null;
        string? haServerAddr = null;
        long? brokerId = null;
        var compressed = false;
        int? bodyCrc32 = null;
        long? epoch = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("brokerName"u8))
            {
                brokerName = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("brokerAddr"u8))
            {
                brokerAddr = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("clusterName"u8))
            {
                clusterName = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("haServerAddr"u8))
            {
                haServerAddr = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("brokerId"u8))
            {
                brokerId = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("compressed"u8))
            {
                compressed = fields.GetBoolean();
            }
            else if (fields.Name.SequenceEqual("bodyCrc32"u8))
            {
                bodyCrc32 = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("epoch"u8))
            {
                epoch = fields.GetInt64OrNull();
            }
        }

        return new RegisterBrokerRequestHeader
        {
            BrokerName = HeaderField.Required(brokerName, nameof(RegisterBrokerRequestHeader), "brokerName"),
            BrokerAddr = HeaderField.Required(brokerAddr, nameof(RegisterBrokerRequestHeader), "brokerAddr"),
            ClusterName = HeaderField.Required(clusterName, nameof(RegisterBrokerRequestHeader), "clusterName"),
            HaServerAddr = HeaderField.Required(haServerAddr, nameof(RegisterBrokerRequestHeader), "haServerAddr"),
            BrokerId = HeaderField.Required(brokerId, nameof(RegisterBrokerRequestHeader), "brokerId"),
            Compressed = compressed,
            BodyCrc32 = bodyCrc32 ?? 0,
            Epoch = epoch ?? 0,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("brokerName"u8, BrokerName);
        writer.Write("brokerAddr"u8, BrokerAddr);
        writer.Write("clusterName"u8, ClusterName);
        writer.Write("haServerAddr"u8, HaServerAddr);
        writer.Write("brokerId"u8, BrokerId);
        writer.Write("compressed"u8, Compressed);
        writer.Write("bodyCrc32"u8, BodyCrc32);
        if (Epoch > 0)
        {
            writer.Write("epoch"u8, Epoch);
        }
    }
}
