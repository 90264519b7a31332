using System.Buffers.Binary;

namespace Rocketeer.Storage.Queues;

/// <summary>What an entry with an extension knows of its message (store.md section 9). Big-endian on disk.</summary>
/// <param name="TagsCode">The real tags code.</param>
/// <param name="StoreTimestamp">Store time, milliseconds since 1970.</param>
/// <param name="BitmapLength">Bytes of its filter bitmap; 0 for none.</param>
internal readonly record struct ExtensionUnit(long TagsCode, long StoreTimestamp, int BitmapLength)
{
    /// <summary>Bytes of a unit without bitmap: size (2), tags code (8), store time (8), bitmap size (2).</summary>
    public const int FixedLength = TimeAt + sizeof(long) + sizeof(short);

    private const int TagsCodeAt = sizeof(short);
    private const int TimeAt = TagsCodeAt + sizeof(long);
    private const int BitmapLengthAt = TimeAt + sizeof(long);

    /// <summary>Length of the unit at the start of a span of at least 2 bytes; below 1 where the file's units end.</summary>
    public static int LengthAt(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadInt16BigEndian(source);

    /// <summary>Reads a unit of exactly these bytes.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="bitmap">Takes the filter bitmap; one that is longer is taken for none.</param>
    /// <param name="unit">The unit.</param>
    /// <returns>False when the lengths contradict each other.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, Span<byte> bitmap, out ExtensionUnit unit)
    {
        unit = default;
        if (source.Length < FixedLength || BinaryPrimitives.ReadInt16BigEndian(source[BitmapLengthAt..]) is var length && length < 0
            || FixedLength + length > source.Length)
        {
            return false;
        }

        var taken = length <= bitmap.Length ? length : 0;
        source.Slice(FixedLength, taken).CopyTo(bitmap);

        unit = new ExtensionUnit(
            BinaryPrimitives.ReadInt64BigEndian(source[TagsCodeAt..]),
            BinaryPrimitives.ReadInt64BigEndian(source[TimeAt..]),
            taken);
        return true;
    }

    /// <summary>Writes a unit to a span of exactly its length.</summary>
    public static void Write(Span<byte> destination, long tagsCode, long storeTimestamp, ReadOnlySpan<byte> bitmap)
    {
        BinaryPrimitives.WriteInt16BigEndian(destination, (short)destination.Length);
        BinaryPrimitives.WriteInt64BigEndian(destination[TagsCodeAt..], tagsCode);
        BinaryPrimitives.WriteInt64BigEndian(destination[TimeAt..], storeTimestamp);
        BinaryPrimitives.WriteInt16BigEndian(destination[BitmapLengthAt..], (short)bitmap.Length);
        bitmap.CopyTo(destination[FixedLength..]);
    }
}
