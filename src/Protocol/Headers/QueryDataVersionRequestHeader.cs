using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 322: asks whether the topics of a broker changed since the version in the body.</summary>
public readonly record struct QueryDataVersionRequestHeader : ICommandHeader<QueryDataVersionRequestHeader>
{
    /// <summary>Name of the broker group.</summary>
    public required string BrokerName { get; init; }

    /// <summary>Address of the broker, <c>ip:port</c>.</summary>
    public required string BrokerAddr { get; init; }

    /// <summary>Cluster of the broker.</summary>
    public required string ClusterName { get; init; }

    /// <summary>0 is the master, others are slaves.</summary>
    public required long BrokerId { get; init; }

    /// <inheritdoc/>
    public static QueryDataVersionRequestHeader Read(ref ExtFieldReader fields)
    {
        string? brokerName = null;
        string? brokerAddr = null;
        string? clusterName = null;
        long? brokerId = null;
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
            else if (fields.Name.SequenceEqual("brokerId"u8))
            {
                brokerId = fields.GetInt64OrNull();
            }
        }

        return new QueryDataVersionRequestHeader
        {
            BrokerName = HeaderField.Required(brokerName, nameof(QueryDataVersionRequestHeader), "brokerName"),
            BrokerAddr = HeaderField.Required(brokerAddr, nameof(QueryDataVersionRequestHeader), "brokerAddr"),
            ClusterName = HeaderField.Required(clusterName, nameof(QueryDataVersionRequestHeader), "clusterName"),
            BrokerId = HeaderField.Required(brokerId, nameof(QueryDataVersionRequestHeader), "brokerId"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("brokerName"u8, BrokerName);
        writer.Write("brokerAddr"u8, BrokerAddr);
        writer.Write("clusterName"u8, ClusterName);
        writer.Write("brokerId"u8, BrokerId);
    }
}
