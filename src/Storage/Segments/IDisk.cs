using Microsoft.Win32.SafeHandles;

namespace Rocketeer.Storage.Segments;

/// <summary>
/// What the store asks of the disk and what can go wrong there: space, writes, syncs. The one seam through which tests fill the disk, tear
/// writes and fail flushes. Everything throws <see cref="IOException"/> when the disk refuses. Thread-safe.
/// </summary>
internal interface IDisk
{
    /// <summary>Opens a file for reading and writing; created when it does not exist.</summary>
    SafeFileHandle Open(string path);

    /// <summary>Reserves blocks, so that later writes to the range cannot run out of space. Does not change the content.</summary>
    void Allocate(SafeFileHandle file, long position, long length);

    /// <summary>Writes at a position.</summary>
    void Write(SafeFileHandle file, long position, ReadOnlySpan<byte> bytes);

    /// <summary>Makes everything written to the file durable.</summary>
    void Flush(SafeFileHandle file);

    /// <summary>Makes a range of a mapping durable. The address is at a page boundary.</summary>
    void FlushMapped(nint address, nint length);

    /// <summary>Removes the content of a range and gives its blocks back; it reads as zeros afterwards.</summary>
    void Clear(SafeFileHandle file, long position, long length);

    /// <summary>Deletes a file; a missing file is no error.</summary>
    void Delete(string path);

    /// <summary>Used fraction of the partition that holds a path, 0 to 1; -1 when the path does not exist.</summary>
    double UsedFraction(string path);
}
