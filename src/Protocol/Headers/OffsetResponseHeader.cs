using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Answer to requests 29, 30 and 31.</summary>
public readonly record struct OffsetResponseHeader : ICommandHeader<OffsetResponseHeader>
{
    /// <summary>Offset in the queue.</summary>
    public long Offset { get; init; }

    /// <inheritdoc/>
    public static OffsetResponseHeader Read(ref ExtFieldReader fields)
    {
        long? offset = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("offset"u8))
            {
                offset = fields.GetInt64OrNull();
            }
        }

        return new OffsetResponseHeader
        {
            Offset = offset ?? 0,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("offset"u8, Offset);
    }
}
