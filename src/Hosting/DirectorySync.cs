using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Rocketeer.Hosting;

/// <summary>
/// Makes a rename survive the loss of power: on Unix the directory has to be synced as well, which .NET has no call for. A directory
/// that cannot be opened or synced (some network file systems) is as durable as its file system makes it.
/// </summary>
internal static partial class DirectorySync
{
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = new SafeFileHandle(Open(directory, flags: 0), ownsHandle: true);
        if (!handle.IsInvalid)
        {
            _ = Sync(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(SafeFileHandle directory);
}
