namespace Rocketeer.Storage.Index;

/// <summary>An index file: header, hash slots, entries. Big-endian. Source: store.md section 10.1.</summary>
internal static class IndexFileLayout
{
    /// <summary>int64: store time of the first key, milliseconds since 1970.</summary>
    public const int BeginTimestampAt = 0;

    /// <summary>int64: store time of the last key, milliseconds since 1970.</summary>
    public const int EndTimestampAt = BeginTimestampAt + sizeof(long);

    /// <summary>int64: commit log offset of the first key's record.</summary>
    public const int BeginOffsetAt = EndTimestampAt + sizeof(long);

    /// <summary>int64: commit log offset of the last key's record.</summary>
    public const int EndOffsetAt = BeginOffsetAt + sizeof(long);

    /// <summary>int32: counts puts, not used slots.</summary>
    public const int SlotCountAt = EndOffsetAt + sizeof(long);

    /// <summary>int32: the next free entry; the first is 1.</summary>
    public const int IndexCountAt = SlotCountAt + sizeof(int);

    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = IndexCountAt + sizeof(int);

    /// <summary>Bytes of a slot: the number of the newest entry of its chain, 0 for none.</summary>
    public const int SlotLength = sizeof(int);

    /// <summary>int32 in an entry: hash of the key.</summary>
    public const int EntryHashAt = 0;

    /// <summary>int64 in an entry: commit log offset of the record.</summary>
    public const int EntryOffsetAt = EntryHashAt + sizeof(int);

    /// <summary>int32 in an entry: seconds since the header's begin.</summary>
    public const int EntrySecondsAt = EntryOffsetAt + sizeof(long);

    /// <summary>int32 in an entry: number of the previous entry in the chain, 0 for none.</summary>
    public const int EntryPreviousAt = EntrySecondsAt + sizeof(int);

    /// <summary>Bytes of an entry.</summary>
    public const int EntryLength = EntryPreviousAt + sizeof(int);

    private const byte HeaderMustBe40 = HeaderLength == 40 && EntryLength == 20 ? 0 : -1; // does not compile otherwise

    /// <summary>Bytes of a file.</summary>
    public static int FileSize(int slots, int entries) => HeaderMustBe40 + HeaderLength + (slots * SlotLength) + (entries * EntryLength);
}
