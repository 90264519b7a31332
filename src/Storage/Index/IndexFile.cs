using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Rocketeer.Storage.Segments;
using static Rocketeer.Storage.Index.IndexFileLayout;

namespace Rocketeer.Storage.Index;

/// <summary>
/// One index file: a hash table on disk whose chains grow at the front (store.md section 10). Mapped when it is first used; its slots take
/// space from the first key on, its entries in steps. One writer; readers beside it need no lock, because an entry is complete before its slot points to it.
/// Nothing read from the file is believed: counts, slots and links are checked before they are followed.
/// </summary>
internal sealed class IndexFile : IDisposable
{
    private readonly MappedSegment _file;
    private readonly int _slots;
    private readonly int _entries;
    private int _indexCount;

    private IndexFile(MappedSegment file, int slots, int entries)
    {
        _file = file;
        _slots = slots;
        _entries = entries;
    }

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>Store time of the first key, milliseconds since 1970.</summary>
    public long BeginTimestamp { get; private set; }

    /// <summary>Store time of the last key, milliseconds since 1970.</summary>
    public long EndTimestamp { get; private set; }

    /// <summary>Commit log offset of the last key's record.</summary>
    public long EndOffset { get; private set; }

    /// <summary>The next free entry; the first is 1.</summary>
    public int IndexCount => Volatile.Read(ref _indexCount);

    /// <summary>True when no key fits any more.</summary>
    public bool IsFull => IndexCount >= _entries;

    /// <summary>Opens a file, or makes an empty one.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The file.</param>
    /// <param name="slots">Hash slots.</param>
    /// <param name="entries">Entries, the unused first one included.</param>
    /// <exception cref="IOException">The file cannot be mapped.</exception>
    public static IndexFile Open(IDisk disk, string path, int slots, int entries)
    {
        var file = new IndexFile(new MappedSegment(disk, path, 0, FileSize(slots, entries), MappingAccess.Scattered), slots, entries);
        file.ReadHeader();
        return file;
    }

    /// <summary>Begins an empty file where the one before it ended, as the original does.</summary>
    public void BeginAfter(IndexFile previous)
    {
        using var hold = new Held(_file);
        _file.EnsureAllocated(HeaderLength);
        WriteInt64(BeginTimestampAt, BeginTimestamp = previous.EndTimestamp);
        WriteInt64(EndTimestampAt, EndTimestamp = previous.EndTimestamp);
        WriteInt64(BeginOffsetAt, previous.EndOffset);
        WriteInt64(EndOffsetAt, EndOffset = previous.EndOffset);
    }

    /// <summary>Adds a key. The file must not be full.</summary>
    /// <param name="hash">Hash of the key, not negative.</param>
    /// <param name="commitOffset">Offset of the record.</param>
    /// <param name="storeTimestamp">Its store time, milliseconds since 1970.</param>
    /// <exception cref="IOException">There is no space; the key was not added.</exception>
    public void Put(int hash, long commitOffset, long storeTimestamp)
    {
        using var hold = new Held(_file);
        var count = _indexCount;
        _file.EnsureAllocated(EntryAt(count + 1)); // slots included: a full disk is an exception here, not a fault in a mapped write
        var slotAt = SlotAt(hash % _slots);
        var previous = ReadInt32(slotAt);
        var entryAt = EntryAt(count);
        var entry = _file.Writable(entryAt, EntryLength);
        BinaryPrimitives.WriteInt32BigEndian(entry[EntryHashAt..], hash);
        BinaryPrimitives.WriteInt64BigEndian(entry[EntryOffsetAt..], commitOffset);
        BinaryPrimitives.WriteInt32BigEndian(entry[EntrySecondsAt..], SecondsSinceBegin(storeTimestamp));
        BinaryPrimitives.WriteInt32BigEndian(entry[EntryPreviousAt..], previous > 0 && previous <= count ? previous : 0);
        Volatile.Write(ref Int32At(slotAt), BinaryPrimitives.ReverseEndianness(count));

        if (count <= 1)
        {
            // After the entry: its time difference is counted from where the file before ended, as in the original.
            WriteInt64(BeginTimestampAt, BeginTimestamp = storeTimestamp);
            WriteInt64(BeginOffsetAt, commitOffset);
        }

        WriteInt64(EndTimestampAt, EndTimestamp = storeTimestamp);
        WriteInt64(EndOffsetAt, EndOffset = commitOffset);
        WriteInt32(SlotCountAt, ReadInt32(SlotCountAt) + 1);
        WriteInt32(IndexCountAt, count + 1);
        Volatile.Write(ref _indexCount, count + 1);
    }

    /// <summary>
    /// Takes the newest keys out again, in reverse: the front of each chain becomes what it was before the key. Only the writer.
    /// </summary>
    /// <param name="commitOffset">Keys of records at and behind this offset go.</param>
    /// <returns>False when no key is left.</returns>
    public bool TruncateAfter(long commitOffset)
    {
        using var hold = new Held(_file);
        var count = _indexCount;
        var kept = count;
        while (kept > 1 && OffsetOf(kept - 1) >= commitOffset)
        {
            kept--;
            var entry = _file.Writable(EntryAt(kept), EntryLength);
            var hash = BinaryPrimitives.ReadInt32BigEndian(entry[EntryHashAt..]);
            var previous = BinaryPrimitives.ReadInt32BigEndian(entry[EntryPreviousAt..]);
            if (hash >= 0)
            {
                var slot = previous >= 0 && previous < kept ? previous : 0;
                Volatile.Write(ref Int32At(SlotAt(hash % _slots)), BinaryPrimitives.ReverseEndianness(slot));
            }

            entry.Clear();
        }

        if (kept < count)
        {
            EndOffset = kept > 1 ? OffsetOf(kept - 1) : 0;
            EndTimestamp = kept > 1
                ? BeginTimestamp + (ReadInt32(EntryAt(kept - 1) + EntrySecondsAt) * 1000L)
                : BeginTimestamp;
            WriteInt64(EndOffsetAt, EndOffset);
            WriteInt64(EndTimestampAt, EndTimestamp);
            WriteInt32(SlotCountAt, Math.Max(0, ReadInt32(SlotCountAt) - (count - kept)));
            WriteInt32(IndexCountAt, kept);
            Volatile.Write(ref _indexCount, kept);
        }

        return kept > 1;
    }

    /// <summary>True when the file may have keys of this time.</summary>
    public bool Overlaps(long begin, long end) => begin <= EndTimestamp && end >= BeginTimestamp;

    /// <summary>Collects the records of a hash, newest first. Other keys of the same hash are among them.</summary>
    /// <param name="hash">Hash of the key.</param>
    /// <param name="begin">Earliest store time, milliseconds since 1970; to the second.</param>
    /// <param name="end">Latest store time, milliseconds since 1970; to the second.</param>
    /// <param name="maxOffsets">Stops when so many are collected.</param>
    /// <param name="offsets">Commit log offsets are added here.</param>
    public void Query(int hash, long begin, long end, int maxOffsets, List<long> offsets)
    {
        var count = IndexCount;
        if (count <= 1)
        {
            return;
        }

        using var hold = new Held(_file);
        var current = BinaryPrimitives.ReverseEndianness(Volatile.Read(ref Int32At(SlotAt(hash % _slots))));
        while (current > 0 && current < _entries && current <= count && offsets.Count < maxOffsets)
        {
            var entry = _file.Read(EntryAt(current), EntryLength);
            var seconds = BinaryPrimitives.ReadInt32BigEndian(entry[EntrySecondsAt..]);
            var time = BeginTimestamp + (seconds * 1000L);
            if (seconds < 0)
            {
                return;
            }

            if (BinaryPrimitives.ReadInt32BigEndian(entry[EntryHashAt..]) == hash && time >= begin && time <= end)
            {
                offsets.Add(BinaryPrimitives.ReadInt64BigEndian(entry[EntryOffsetAt..]));
            }

            var previous = BinaryPrimitives.ReadInt32BigEndian(entry[EntryPreviousAt..]);
            if (previous >= current || time < begin)
            {
                return; // a link forward is damage, and would be a loop
            }

            current = previous;
        }
    }

    /// <summary>Makes the file durable.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Flush()
    {
        _file.ResetPositions(0);
        _file.Publish(_file.Size);
        _file.Flush();
    }

    /// <summary>Unmaps the file until it is used again.</summary>
    public void Rest() => _file.TryUnmap();

    /// <summary>Deletes the file; readers finish first.</summary>
    public void Delete() => _file.Delete();

    /// <summary>Closes the file. Does not flush.</summary>
    public void Dispose() => _file.Dispose();

    private void ReadHeader()
    {
        using var hold = new Held(_file);
        var header = _file.Read(0, HeaderLength);
        BeginTimestamp = BinaryPrimitives.ReadInt64BigEndian(header[BeginTimestampAt..]);
        EndTimestamp = BinaryPrimitives.ReadInt64BigEndian(header[EndTimestampAt..]);
        EndOffset = BinaryPrimitives.ReadInt64BigEndian(header[EndOffsetAt..]);
        _indexCount = Math.Clamp(BinaryPrimitives.ReadInt32BigEndian(header[IndexCountAt..]), 1, _entries);
    }

    private long OffsetOf(int index) => BinaryPrimitives.ReadInt64BigEndian(_file.Read(EntryAt(index) + EntryOffsetAt, sizeof(long)));

    private int SecondsSinceBegin(long storeTimestamp) =>
        BeginTimestamp <= 0 ? 0 : (int)Math.Clamp((storeTimestamp - BeginTimestamp) / 1000, 0, int.MaxValue);

    private static int SlotAt(int slot) => HeaderLength + (slot * SlotLength);

    private int EntryAt(int index) => HeaderLength + (_slots * SlotLength) + (index * EntryLength);

    private ref int Int32At(int position) => ref Unsafe.As<byte, int>(ref _file.Writable(position, sizeof(int))[0]);

    private int ReadInt32(int position) => BinaryPrimitives.ReadInt32BigEndian(_file.Read(position, sizeof(int)));

    private void WriteInt32(int position, int value) => BinaryPrimitives.WriteInt32BigEndian(_file.Writable(position, sizeof(int)), value);

    private void WriteInt64(int position, long value) => BinaryPrimitives.WriteInt64BigEndian(_file.Writable(position, sizeof(long)), value);

    private readonly ref struct Held
    {
        private readonly MappedSegment _segment;

        public Held(MappedSegment segment) =>
            _segment = segment.TryHold() ? segment : throw new IOException($"The index file {segment.Path} was deleted.");

        public void Dispose() => _segment.Release();
    }
}
