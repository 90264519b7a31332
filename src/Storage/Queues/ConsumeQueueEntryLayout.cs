using System.Buffers.Binary;

namespace Rocketeer.Storage.Queues;

/// <summary>
/// One consume queue entry: where the record lies, how long it is, and the hash of its tag (for the schedule topic: its delivery time; with
/// extensions: the address of the unit). Big-endian. Source: store.md section 8.1.
/// </summary>
internal static class ConsumeQueueEntryLayout
{
    /// <summary>int64: commit log offset of the record.</summary>
    public const int CommitOffsetAt = 0;

    /// <summary>int32: length of the record.</summary>
    public const int SizeAt = CommitOffsetAt + sizeof(long);

    /// <summary>int64: hash of the tag, delivery time, or address of the extension unit.</summary>
    public const int TagsCodeAt = SizeAt + sizeof(int);

    /// <summary>Bytes of an entry.</summary>
    public const int Length = TagsCodeAt + sizeof(long);

    private const byte LengthMustBe20 = Length == 20 ? 0 : -1; // does not compile otherwise

    /// <summary>Reads the entry at the start of a span of at least <see cref="Length"/> bytes.</summary>
    public static ConsumeQueueEntry Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadInt64BigEndian(source[CommitOffsetAt..]),
        BinaryPrimitives.ReadInt32BigEndian(source[SizeAt..]),
        BinaryPrimitives.ReadInt64BigEndian(source[TagsCodeAt..]));

    /// <summary>Writes an entry to a span of at least <see cref="Length"/> bytes.</summary>
    public static void Write(Span<byte> destination, in ConsumeQueueEntry entry)
    {
        BinaryPrimitives.WriteInt64BigEndian(destination[CommitOffsetAt..], entry.CommitOffset);
        BinaryPrimitives.WriteInt32BigEndian(destination[SizeAt..], entry.Size);
        BinaryPrimitives.WriteInt64BigEndian(destination[(TagsCodeAt + LengthMustBe20)..], entry.TagsCode);
    }
}
