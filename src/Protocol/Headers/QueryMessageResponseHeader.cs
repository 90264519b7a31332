using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Answer to request 12.</summary>
public readonly record struct QueryMessageResponseHeader : ICommandHeader<QueryMessageResponseHeader>
{
    /// <summary>Store time of the last indexed message.</summary>
    public long IndexLastUpdateTimestamp { get; init; }

    /// <summary>Commit log offset of the last indexed message.</summary>
    public long IndexLastUpdatePhyoffset { get; init; }

    /// <inheritdoc/>
    public static QueryMessageResponseHeader Read(ref ExtFieldReader fields)
    {
        long? indexLastUpdateTimestamp = null;
        long? indexLastUpdatePhyoffset = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("indexLastUpdateTimestamp"u8))
            {
                indexLastUpdateTimestamp = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("indexLastUpdatePhyoffset"u8))
            {
                indexLastUpdatePhyoffset = fields.GetInt64OrNull();
            }
        }

        return new QueryMessageResponseHeader
        {
            IndexLastUpdateTimestamp = indexLastUpdateTimestamp ?? 0,
            IndexLastUpdatePhyoffset = indexLastUpdatePhyoffset ?? 0,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("indexLastUpdateTimestamp"u8, IndexLastUpdateTimestamp);
        writer.Write("indexLastUpdatePhyoffset"u8, IndexLastUpdatePhyoffset);
    }
}
