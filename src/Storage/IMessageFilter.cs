namespace Rocketeer.Storage;

/// <summary>Decides which messages a pull sees. Called under no lock, on the reading thread; must not throw for any input.</summary>
public interface IMessageFilter
{
    /// <summary>First stage, on the consume queue entry.</summary>
    /// <param name="tagsCode">Hash of the tag; <see langword="null"/> when it is unknown, which must match.</param>
    /// <param name="extension">Extension unit, empty when there is none.</param>
    bool MatchesEntry(long? tagsCode, ConsumeQueueExtension extension);

    /// <summary>Second stage, on the record; only asked when <see cref="NeedsRecord"/>.</summary>
    bool MatchesRecord(ReadOnlySpan<byte> record);

    /// <summary>True when <see cref="MatchesRecord"/> must be asked.</summary>
    bool NeedsRecord { get; }
}

/// <summary>The unit that a consume queue entry may point to (store.md section 9).</summary>
public readonly ref struct ConsumeQueueExtension
{
    /// <summary>False for an entry without a unit.</summary>
    public bool Exists { get; init; }

    /// <summary>Store time of the message, milliseconds since 1970.</summary>
    public long StoreTimestamp { get; init; }

    /// <summary>Filter bitmap, may be empty.</summary>
    public ReadOnlySpan<byte> FilterBitmap { get; init; }
}
