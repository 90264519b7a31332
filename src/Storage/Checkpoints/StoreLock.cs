using System.Collections.Concurrent;
using System.Runtime.Versioning;

namespace Rocketeer.Storage.Checkpoints;

/// <summary>
/// The file <c>lock</c>: a store belongs to one process (reference: store.md section 12). The lock is the one that Java's FileChannel takes
/// (byte 0, a record lock on Unix), so the original and this store exclude each other.
/// </summary>
/// <remarks>
/// A record lock does not exclude the process that holds it, and closing any handle of the file gives it up. Hence the list of stores that
/// this process has open: a second one never touches the file.
/// </remarks>
internal sealed class StoreLock : IDisposable
{
    private static readonly ConcurrentDictionary<string, bool> OpenHere = new(StringComparer.Ordinal);

    private readonly string _path;
    private readonly FileStream _file;

    private StoreLock(string path, FileStream file)
    {
        _path = path;
        _file = file;
    }

    /// <summary>Takes the lock of a store.</summary>
    /// <param name="directory">Root of the store; it exists.</param>
    /// <exception cref="StoreException">Another store has it open, in this process or another.</exception>
    public static StoreLock Acquire(string directory)
    {
        var path = Path.Combine(Path.GetFullPath(directory), "lock");
        if (!OpenHere.TryAdd(path, true))
        {
            throw InUse(directory, null);
        }

        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 1);
            if (!OperatingSystem.IsMacOS() && !OperatingSystem.IsFreeBSD() && !OperatingSystem.IsIOS() && !OperatingSystem.IsTvOS())
            {
                Lock(file);
            }

            file.Position = 0;
            file.Write("lock"u8);
            file.Flush(flushToDisk: true);
            return new StoreLock(path, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            OpenHere.TryRemove(path, out _);
            throw InUse(directory, e);
        }
    }

    /// <summary>Gives the store free.</summary>
    public void Dispose()
    {
        _file.Dispose();
        OpenHere.TryRemove(_path, out _);
    }

    [UnsupportedOSPlatform("freebsd")]
    [UnsupportedOSPlatform("ios")]
    [UnsupportedOSPlatform("macos")]
    [UnsupportedOSPlatform("tvos")]
    private static void Lock(FileStream file) => file.Lock(0, 1);

    private static StoreException InUse(string directory, Exception? cause) => new(
        $"The store {directory} cannot be locked: another broker has it open, or the file 'lock' in it may not be written; stop that "
        + "broker, or give this one a directory of its own.", cause);
}
