using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Rocketeer.Storage.Segments;

/// <summary>The machine's disk.</summary>
internal sealed partial class RealDisk : IDisk
{
    private const int FallocKeepSize = 1;
    private const int FallocPunchHole = 2;
    private const int MsSync = 4;
    private const int Eintr = 4;
    private const int Enosys = 38;
    private const int Eopnotsupp = 95;
    private const int ZeroChunk = 64 * 1024;

    /// <summary>The only instance; it has no state.</summary>
    public static RealDisk Instance { get; } = new();

    /// <inheritdoc/>
    public SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    /// <inheritdoc/>
    public void Allocate(SafeFileHandle file, long position, long length)
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // no sparse files by default elsewhere
        }

        while (fallocate(file, FallocKeepSize, position, length) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error is DiskSpace.NoSpaceLeft or DiskSpace.QuotaExceeded)
            {
                throw new IOException($"There is no space left for {length} more bytes.", error);
            }

            if (error is Eopnotsupp or Enosys)
            {
                return; // the file system cannot reserve: there the disk-full mark alone keeps mapped writes from failing
            }

            if (error != Eintr)
            {
                throw new IOException($"The disk refused to reserve {length} more bytes (error {error}).", error);
            }
        }
    }

    /// <inheritdoc/>
    public void Write(SafeFileHandle file, long position, ReadOnlySpan<byte> bytes) => RandomAccess.Write(file, bytes, position);

    /// <inheritdoc/>
    public void Flush(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        // The size of a segment does not change, so its data is all that has to get there: a sync of the data leaves the times alone.
        while (fdatasync(file) != 0)
        {
            if (Marshal.GetLastPInvokeError() is var error and not Eintr)
            {
                throw new IOException("A file could not be flushed.", error);
            }
        }
    }

    /// <inheritdoc/>
    public void FlushMapped(nint address, nint length)
    {
        if (OperatingSystem.IsWindows())
        {
            // FlushViewOfFile hands the pages to the cache; the caller's handle flush, which follows there, makes them durable.
            if (!FlushViewOfFile(address, length))
            {
                throw new IOException("A mapped range could not be flushed.", Marshal.GetLastPInvokeError());
            }
        }
        else if (msync(address, length, OperatingSystem.IsLinux() ? MsSync : 0x10) != 0)
        {
            throw new IOException("A mapped range could not be flushed.", Marshal.GetLastPInvokeError());
        }
    }

    /// <inheritdoc/>
    public void Clear(SafeFileHandle file, long position, long length)
    {
        if (length <= 0 || (OperatingSystem.IsLinux() && fallocate(file, FallocKeepSize | FallocPunchHole, position, length) == 0))
        {
            return;
        }

        Span<byte> zeros = new byte[ZeroChunk];
        for (var done = 0L; done < length; done += ZeroChunk)
        {
            RandomAccess.Write(file, zeros[..(int)Math.Min(ZeroChunk, length - done)], position + done);
        }
    }

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(path);

    /// <inheritdoc/>
    public double UsedFraction(string path)
    {
        if (!Directory.Exists(path))
        {
            return -1;
        }

        var drive = new DriveInfo(Path.GetFullPath(path));
        return drive.TotalSize <= 0 ? -1 : (double)(drive.TotalSize - drive.TotalFreeSpace) / drive.TotalSize;
    }

#pragma warning disable IDE1006, CA5392 // named as in libc, which is always the system's own
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int msync(nint address, nint length, int flags);
#pragma warning restore IDE1006, CA5392

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial bool FlushViewOfFile(nint address, nint length);
}
