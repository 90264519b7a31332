using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 224: asks for the topics of a cluster. An absent cluster is one that nobody knows.</summary>
public readonly record struct GetTopicsByClusterRequestHeader : ICommandHeader<GetTopicsByClusterRequestHeader>
{
    /// <summary>Cluster name.</summary>
    public required string Cluster { get; init; }

    /// <inheritdoc/>
    public static GetTopicsByClusterRequestHeader Read(ref ExtFieldReader fields)
    {
        string? cluster = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("cluster"u8))
            {
                cluster = fields.GetName();
            }
        }

        return new GetTopicsByClusterRequestHeader
        {
            Cluster = cluster ?? "",
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("cluster"u8, Cluster);
    }
}
