using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Answer to request 32.</summary>
public readonly record struct GetEarliestMessageStoreTimeResponseHeader : ICommandHeader<GetEarliestMessageStoreTimeResponseHeader>
{
    /// <summary>Store time, milliseconds since 1970; -1 when there is no message.</summary>
    public long Timestamp { get; init; }

    /// <inheritdoc/>
    public static GetEarliestMessageStoreTimeResponseHeader Read(ref ExtFieldReader fields)
    {
        long? timestamp = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("timestamp"u8))
            {
                timestamp = fields.GetInt64OrNull();
            }
        }

        return new GetEarliestMessageStoreTimeResponseHeader
        {
            Timestamp = timestamp ?? 0,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("timestamp"u8, Timestamp);
    }
}
