using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Answer to request 14; absent when nothing was committed.</summary>
public readonly record struct QueryConsumerOffsetResponseHeader : ICommandHeader<QueryConsumerOffsetResponseHeader>
{
    /// <summary>Committed offset.</summary>
    public long? Offset { get; init; }

    /// <inheritdoc/>
    public static QueryConsumerOffsetResponseHeader Read(ref ExtFieldReader fields)
    {
        long? offset = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("offset"u8))
            {
                offset = fields.GetInt64OrNull();
            }
        }

        return new QueryConsumerOffsetResponseHeader
        {
            Offset = offset,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        if (Offset is { } offset)
        {
            writer.Write("offset"u8, offset);
        }
    }
}
