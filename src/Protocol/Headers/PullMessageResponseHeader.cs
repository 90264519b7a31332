using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Answer to request 11; the fields are absent when the request was refused early.</summary>
public readonly record struct PullMessageResponseHeader : ICommandHeader<PullMessageResponseHeader>
{
    /// <summary>Broker id to pull from next.</summary>
    public long? SuggestWhichBrokerId { get; init; }

    /// <summary>Offset to pull from next.</summary>
    public long? NextBeginOffset { get; init; }

    /// <summary>Smallest offset in the queue.</summary>
    public long? MinOffset { get; init; }

    /// <summary>Offset behind the last message of the queue.</summary>
    public long? MaxOffset { get; init; }

    /// <inheritdoc/>
    public static PullMessageResponseHeader Read(ref ExtFieldReader fields)
    {
        long? suggestWhichBrokerId = null;
        long? nextBeginOffset = null;
        long? minOffset = null;
        long? maxOffset = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("suggestWhichBrokerId"u8))
            {
                suggestWhichBrokerId = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("nextBeginOffset"u8))
            {
                nextBeginOffset = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("minOffset"u8))
            {
                minOffset = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("maxOffset"u8))
            {
                maxOffset = fields.GetInt64OrNull();
            }
        }

        return new PullMessageResponseHeader
        {
            SuggestWhichBrokerId = suggestWhichBrokerId,
            NextBeginOffset = nextBeginOffset,
            MinOffset = minOffset,
            MaxOffset = maxOffset,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        if (SuggestWhichBrokerId is { } suggestWhichBrokerId)
        {
            writer.Write("suggestWhichBrokerId"u8, suggestWhichBrokerId);
        }

        if (NextBeginOffset is { } nextBeginOffset)
        {
            writer.Write("nextBeginOffset"u8, nextBeginOffset);
        }

        if (MinOffset is { } minOffset)
        {
            writer.Write("minOffset"u8, minOffset);
        }

        if (MaxOffset is { } maxOffset)
        {
            writer.Write("maxOffset"u8, maxOffset);
        }
    }
}
