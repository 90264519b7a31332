using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Rocketeer.Storage.Segments;

// Writing and making durable. One writer at a time; _flushed is moved by the flusher only.
internal sealed unsafe partial class MappedSegment
{
    private const int FirstAllocation = 4096;
    private const int LargestAllocation = 64 * 1024 * 1024;

    /// <summary>
    /// Reserves blocks up to a position, in growing steps, so that a full disk is an exception here and not a fault in a mapped write later.
    /// Cheap when the blocks are there already.
    /// </summary>
    /// <exception cref="IOException">There is no space, or the segment is deleted.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EnsureAllocated(int position)
    {
        if (position > Volatile.Read(ref _allocated))
        {
            Allocate(position);
        }
    }

    /// <summary>Appends through the mapping and publishes.</summary>
    /// <exception cref="IOException">There is no space; nothing was written.</exception>
    /// <exception cref="InvalidOperationException">The bytes do not fit, or the segment is deleted.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var position = _wrote;
        if (bytes.Length > Size - position || !TryHold())
        {
            throw new InvalidOperationException($"{bytes.Length} bytes cannot be appended to {Path} at {position}.");
        }

        try
        {
            EnsureAllocated(position + bytes.Length);
            bytes.CopyTo(Writable(position, bytes.Length));
            Publish(position + bytes.Length);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Makes bytes below a position visible to readers, after they were written.</summary>
    public void Publish(int wrotePosition) => Volatile.Write(ref _wrote, wrotePosition);

    /// <summary>Sets all positions; for loading and truncating, while nobody writes.</summary>
    public void ResetPositions(int position)
    {
        Volatile.Write(ref _wrote, position);
        Volatile.Write(ref _flushed, position);
    }

    /// <summary>Writes at a position through the file, not through the mapping: what synchronous flush uses.</summary>
    /// <exception cref="IOException">The disk refused; part of the bytes may be there.</exception>
    public void WriteThroughFile(int position, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)position + bytes.Length, Size);
        lock (_gate)
        {
            _disk.Write(_file ??= _disk.Open(Path), position, bytes);
        }
    }

    /// <summary>Makes the file durable (one sync of the file) and moves <see cref="FlushedPosition"/>.</summary>
    /// <param name="wrotePosition">Position that is known to be written.</param>
    public void FlushFile(int wrotePosition)
    {
        SafeFileHandle file;
        lock (_gate)
        {
            file = _file ??= _disk.Open(Path);
        }

        _disk.Flush(file);
        Volatile.Write(ref _flushed, Math.Max(_flushed, wrotePosition));
    }

    /// <summary>Makes everything published durable. A mapped segment syncs the dirty range, an unmapped one its file.</summary>
    /// <returns>Bytes made durable.</returns>
    public int Flush()
    {
        var wrote = WrotePosition;
        var flushed = _flushed;
        if (wrote <= flushed)
        {
            return 0;
        }

        var mapped = IsMapped && TryHold();
        if (mapped)
        {
            try
            {
                var from = flushed & ~(PageSize - 1);
                _disk.FlushMapped((nint)(_base + from), wrote - from);
            }
            finally
            {
                Release();
            }
        }

        if (!mapped || OperatingSystem.IsWindows())
        {
            SafeFileHandle file;
            lock (_gate)
            {
                if (IsClosed)
                {
                    return 0; // opening would bring a deleted file back
                }

                file = _disk.Open(Path);
            }

            using (file)
            {
                _disk.Flush(file);
            }
        }

        Volatile.Write(ref _flushed, wrote);
        return wrote - flushed;
    }

    /// <summary>Gives the rest of the file back to the disk, so that it reads as zeros: after cutting off a torn tail.</summary>
    public void ClearFrom(int position)
    {
        using var file = _disk.Open(Path);
        _disk.Clear(file, position, Size - position);
        _disk.Flush(file);
        Volatile.Write(ref _allocated, Math.Min(_allocated, position));
    }

    /// <summary>Faults pages in for writing without changing them, so that the append does not. Safe beside a writer.</summary>
    public void Touch(int from, int to)
    {
        if (!TryHold())
        {
            return;
        }

        try
        {
            for (var position = from & ~(PageSize - 1); position < to; position += PageSize)
            {
                // An atomic no-op: a plain read would map the page read-only, a plain write could undo the writer's.
                Interlocked.Or(ref Unsafe.AsRef<int>(_base + position), 0);
            }
        }
        finally
        {
            Release();
        }
    }

    private void Allocate(int position)
    {
        lock (_gate)
        {
            if (position <= _allocated)
            {
                return;
            }

            if (IsClosed)
            {
                throw new IOException($"{Path} was deleted."); // opening would bring it back
            }

            var from = Math.Max(_allocated, _flushed & ~(PageSize - 1));
            var step = Math.Clamp(position, FirstAllocation, LargestAllocation);
            var to = (int)Math.Min(Size, Math.Max((long)position, (long)from + step));
            using var file = _disk.Open(Path);
            if (RandomAccess.GetLength(file) < Size)
            {
                RandomAccess.SetLength(file, Size);
            }

            _disk.Allocate(file, from, to - from);
            Volatile.Write(ref _allocated, to);
        }
    }
}
