using System.Buffers.Binary;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Queues;

/// <summary>
/// The extension files of one queue (store.md section 9): units of variable length, to which entries point by address. Put by the dispatch
/// thread only, read by any.
/// </summary>
internal sealed class ConsumeQueueExtensionSet : IDisposable
{
    /// <summary>A hash is never this small, so a tags code at or below is an address.</summary>
    private const long LargestAddress = -2147483649;

    /// <summary>Stays free at the end of a file, for the mark that its units end.</summary>
    private const int EndMarkLength = 4;

    private const short EndMark = -1;

    private readonly QueueStorage _storage;
    private readonly SegmentSet _segments;

    /// <summary>Describes the files of a queue; touches none.</summary>
    public ConsumeQueueExtensionSet(QueueStorage storage, string topic, int queueId)
    {
        _storage = storage;
        _segments = new SegmentSet(
            storage.Disk,
            QueueStorage.DirectoryOf(storage.ExtensionDirectory, topic, queueId),
            storage.ExtensionFileSize,
            storage.Logger,
            MappingAccess.Scattered);
    }

    /// <summary>Whether a tags code is the address of a unit.</summary>
    public static bool IsAddress(long tagsCode) => tagsCode <= LargestAddress;

    /// <summary>Appends a unit.</summary>
    /// <returns>Its address; the plain tags code when the disk refused, which readers take for a queue without extensions.</returns>
    public long Put(long tagsCode, long storeTimestamp, ReadOnlySpan<byte> bitmap)
    {
        var length = ExtensionUnit.FixedLength + bitmap.Length;
        if (length > short.MaxValue || length + EndMarkLength > _storage.ExtensionFileSize)
        {
            return tagsCode;
        }

        try
        {
            var segment = SegmentFor(length);
            return Write(segment, length, tagsCode, storeTimestamp, bitmap);
        }
        catch (IOException e) when (e is not QueueDroppedException)
        {
            _storage.Logger.ExtensionNotWritten(e, _segments.Directory);
            return tagsCode;
        }
    }

    /// <summary>Reads the unit at an address.</summary>
    /// <param name="tagsCode">The address.</param>
    /// <param name="bitmap">Takes the unit's filter bitmap; one that is longer is taken for none.</param>
    /// <param name="unit">The unit.</param>
    /// <returns>False for a tags code that is no address, and for an address where no unit is.</returns>
    public bool TryRead(long tagsCode, Span<byte> bitmap, out ExtensionUnit unit)
    {
        unit = default;
        if (!IsAddress(tagsCode))
        {
            return false;
        }

        var offset = OffsetOf(tagsCode);
        var segment = _segments.Find(offset);
        if (segment is null || !_storage.Mapped.TryHold(segment))
        {
            return false;
        }

        try
        {
            var position = (int)(offset - segment.StartOffset);
            var length = UnitLengthAt(segment, position);
            return length > 0 && ExtensionUnit.TryRead(segment.Read(position, length), bitmap, out unit);
        }
        finally
        {
            segment.Release();
        }
    }

    /// <summary>Takes up the files and cuts off what is behind the last unit that an entry points to.</summary>
    /// <param name="maxAddress">Address of that unit, or any tags code that is no address to keep every unit.</param>
    public void Load(long maxAddress)
    {
        _segments.Load(repairLast: true);
        if (IsAddress(maxAddress) && TryRead(maxAddress, [], out _) && _segments.Find(OffsetOf(maxAddress)) is { } segment)
        {
            _storage.Mapped.TryHold(segment);
            var position = (int)(OffsetOf(maxAddress) - segment.StartOffset);
            var end = segment.StartOffset + position + UnitLengthAt(segment, position);
            segment.Release();
            _segments.TruncateTo(end);
        }
        else if (_segments.Last is { } last)
        {
            _segments.TruncateTo(last.StartOffset + EndOfUnits(last));
        }
    }

    /// <summary>Deletes the files before the one that an address points into.</summary>
    public void DeleteBefore(long tagsCode)
    {
        while (IsAddress(tagsCode) && _segments.Segments is [var first, _, ..] && first.EndOffset <= OffsetOf(tagsCode))
        {
            _segments.DeleteFirst();
        }
    }

    /// <summary>Makes units durable.</summary>
    /// <returns>Always true: nothing is left to flush.</returns>
    public bool Flush()
    {
        _segments.Flush();
        return true;
    }

    /// <summary>Deletes every file and the directory.</summary>
    public void Drop()
    {
        _segments.DeleteAll();
        if (Directory.Exists(_segments.Directory))
        {
            Directory.Delete(_segments.Directory, recursive: true);
        }
    }

    /// <summary>Closes the files. Does not flush.</summary>
    public void Dispose() => _segments.Dispose();

    private static long OffsetOf(long address) => unchecked(address - long.MinValue);

    private static int UnitLengthAt(MappedSegment segment, int position)
    {
        var readable = segment.WrotePosition - position;
        if (readable < ExtensionUnit.FixedLength)
        {
            return 0;
        }

        var length = ExtensionUnit.LengthAt(segment.Read(position, sizeof(short)));
        return length >= ExtensionUnit.FixedLength && length <= readable ? length : 0;
    }

    private int EndOfUnits(MappedSegment segment)
    {
        if (!_storage.Mapped.TryHold(segment))
        {
            return 0;
        }

        try
        {
            var position = 0;
            while (UnitLengthAt(segment, position) is > 0 and var length)
            {
                position += length;
            }

            return position;
        }
        finally
        {
            segment.Release();
        }
    }

    private MappedSegment SegmentFor(int length)
    {
        if (_segments.Last is not { IsFull: false } last)
        {
            return _segments.AddNext(0);
        }

        if (length + EndMarkLength <= last.Size - last.WrotePosition)
        {
            return last;
        }

        Hold(last);
        try
        {
            last.EnsureAllocated(last.WrotePosition + sizeof(short));
            BinaryPrimitives.WriteInt16BigEndian(last.Writable(last.WrotePosition, sizeof(short)), EndMark);
            last.Publish(last.Size);
        }
        finally
        {
            last.Release();
        }

        return _segments.AddNext(0);
    }

    private long Write(MappedSegment segment, int length, long tagsCode, long storeTimestamp, ReadOnlySpan<byte> bitmap)
    {
        Hold(segment);
        try
        {
            var position = segment.WrotePosition;
            segment.EnsureAllocated(position + length);
            ExtensionUnit.Write(segment.Writable(position, length), tagsCode, storeTimestamp, bitmap);
            segment.Publish(position + length);
            return unchecked(segment.StartOffset + position + long.MinValue);
        }
        finally
        {
            segment.Release();
        }
    }

    private void Hold(MappedSegment segment)
    {
        if (!_storage.Mapped.TryHold(segment))
        {
            throw new QueueDroppedException(_segments.Directory);
        }
    }
}
