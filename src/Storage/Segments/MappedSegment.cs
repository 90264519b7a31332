using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Rocketeer.Storage.Segments;

/// <summary>
/// One data file of fixed size, mapped at most once. Mapping happens at the first hold and can be undone while nobody holds the segment,
/// so a segment that is only listed costs an object and neither a file handle nor address space.
/// </summary>
/// <remarks>
/// <para>Whoever touches the memory holds the segment (<see cref="TryHold"/>, <see cref="Release"/>). A held segment stays mapped; a deleted
/// one refuses new holds and is unmapped when the last holder is gone. It is never unmapped under a reader, however long that takes.</para>
/// <para>Positions are relative to the file. One writer at a time; readers see bytes below <see cref="WrotePosition"/>, which is published
/// after the bytes.</para>
/// </remarks>
internal sealed unsafe partial class MappedSegment : IDisposable
{
    private const int PageSize = 4096;
    private const int MappedBit = 1 << 30;
    private const int ClosedBit = 1 << 29;
    private const int HoldMask = ClosedBit - 1;

    private readonly IDisk _disk;
    private readonly MappingAccess _access;
    private readonly Lock _gate = new();
    private int _state; // holds in the low bits, MappedBit, ClosedBit
    private byte* _base; // valid while MappedBit is set
    private SafeMemoryMappedViewHandle? _view;
    private SafeFileHandle? _file;
    private bool _deleteWhenReleased;
    private int _wrote;
    private int _flushed;
    private int _allocated;

    /// <summary>Describes a segment; touches no file.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The file. It is created, or extended with zeros, at the first use.</param>
    /// <param name="startOffset">Offset of the first byte within the set.</param>
    /// <param name="size">Size of the file in bytes.</param>
    /// <param name="access">How it is used.</param>
    public MappedSegment(IDisk disk, string path, long startOffset, int size, MappingAccess access = MappingAccess.Streamed)
    {
        _disk = disk;
        _access = access;
        Path = path;
        StartOffset = startOffset;
        Size = size;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Offset of the first byte.</summary>
    public long StartOffset { get; }

    /// <summary>Offset behind the last byte.</summary>
    public long EndOffset => StartOffset + Size;

    /// <summary>Size in bytes.</summary>
    public int Size { get; }

    /// <summary>Bytes written and visible to readers, from the start of the file.</summary>
    public int WrotePosition => Volatile.Read(ref _wrote);

    /// <summary>Bytes known to be durable, from the start of the file.</summary>
    public int FlushedPosition => Volatile.Read(ref _flushed);

    /// <summary>True when the file is written to its end.</summary>
    public bool IsFull => WrotePosition == Size;

    /// <summary>True after <see cref="Delete"/> or <see cref="Dispose"/>.</summary>
    public bool IsClosed => (Volatile.Read(ref _state) & ClosedBit) != 0;

    /// <summary>True while the file is mapped.</summary>
    public bool IsMapped => (Volatile.Read(ref _state) & MappedBit) != 0;

    /// <summary>The mapping's first byte. Valid only while the caller holds the segment.</summary>
    public byte* Pointer
    {
        get
        {
            Debug.Assert((Volatile.Read(ref _state) & HoldMask) > 0, "touching a segment needs a hold");
            return _base;
        }
    }

    /// <summary>Time of the last write to the file, UTC.</summary>
    public DateTime LastWriteTimeUtc => File.GetLastWriteTimeUtc(Path);

    /// <summary>Keeps the segment mapped until <see cref="Release"/>; maps it when it is not.</summary>
    /// <returns>False when it is deleted or closed.</returns>
    /// <exception cref="IOException">The file cannot be mapped.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryHold()
    {
        var state = Volatile.Read(ref _state);
        return (state & (MappedBit | ClosedBit)) == MappedBit && Interlocked.CompareExchange(ref _state, state + 1, state) == state
            || TryHoldSlow();
    }

    /// <summary>Ends a hold.</summary>
    public void Release()
    {
        var state = Interlocked.Decrement(ref _state);
        Debug.Assert((state & HoldMask) != HoldMask, "released more often than held");
        if ((state & ClosedBit) != 0 && (state & HoldMask) == 0)
        {
            lock (_gate)
            {
                CloseFiles();
            }
        }
    }

    /// <summary>A range of the file. The caller holds the segment and checks against <see cref="WrotePosition"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Read(int position, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)(uint)position + (uint)length, (ulong)Size);
        return new ReadOnlySpan<byte>(Pointer + position, length);
    }

    /// <summary>A range of the file to write to. The caller holds the segment, is its only writer, and reserved the range's blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Writable(int position, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)(uint)position + (uint)length, (ulong)Size);
        return new Span<byte>(Pointer + position, length);
    }

    /// <summary>Unmaps the file and closes its handle when nobody holds it. What was written is in the page cache.</summary>
    /// <returns>True when it is not mapped now.</returns>
    public bool TryUnmap()
    {
        lock (_gate)
        {
            if (Interlocked.CompareExchange(ref _state, 0, MappedBit) == MappedBit)
            {
                CloseFiles();
                return true;
            }

            return !IsMapped;
        }
    }

    /// <summary>Refuses new holds and removes the file: its name at once where the system allows it, its space when the last holder is gone.</summary>
    public void Delete()
    {
        lock (_gate)
        {
            _deleteWhenReleased = true;
        }

        Close();
    }

    /// <summary>Refuses new holds and unmaps when the last holder is gone. Does not flush.</summary>
    public void Dispose() => Close();

    private bool TryHoldSlow()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if ((state & ClosedBit) != 0)
            {
                return false;
            }

            if ((state & MappedBit) == 0)
            {
                lock (_gate)
                {
                    if ((Volatile.Read(ref _state) & (MappedBit | ClosedBit)) == 0)
                    {
                        Map();
                        Interlocked.Or(ref _state, MappedBit);
                    }
                }
            }
            else if (Interlocked.CompareExchange(ref _state, state + 1, state) == state)
            {
                return true;
            }
        }
    }

    private void Map()
    {
        using var file = _disk.Open(Path);
        using var map = MemoryMappedFile.CreateFromFile(
            file, mapName: null, Size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        // The accessor is not disposed: that would sync the whole file. Its handle is all that matters, and it outlives the map object.
        var view = map.CreateViewAccessor(0, Size, MemoryMappedFileAccess.ReadWrite).SafeMemoryMappedViewHandle;
        byte* pointer = null;
        view.AcquirePointer(ref pointer);
        MappingAdvice.Give((nint)pointer, Size, _access);
        _view = view;
        _base = pointer;
    }

    private void Close()
    {
        lock (_gate)
        {
            var before = Interlocked.Or(ref _state, ClosedBit);
            if ((before & HoldMask) == 0)
            {
                CloseFiles();
            }
            else if (_deleteWhenReleased && !OperatingSystem.IsWindows())
            {
                _deleteWhenReleased = false; // the name may be a new file's by the time the last holder is gone
                _disk.Delete(Path);
            }
        }
    }

    // Under the gate, with no holder left.
    private void CloseFiles()
    {
        if (_view is not null)
        {
            _base = null;
            _view.ReleasePointer();
            _view.Dispose();
            _view = null;
        }

        _file?.Dispose();
        _file = null;
        if (_deleteWhenReleased)
        {
            _deleteWhenReleased = false;
            _disk.Delete(Path);
        }
    }
}
