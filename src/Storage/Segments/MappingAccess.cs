using System.Runtime.InteropServices;

namespace Rocketeer.Storage.Segments;

/// <summary>How a mapped file is used, so that the kernel reads ahead where it helps and not where it hurts.</summary>
internal enum MappingAccess
{
    /// <summary>From the front to the end, as the commit log: read ahead.</summary>
    Streamed,

    /// <summary>
    /// A page here and a page there: consume queues, whose files hold far more room than entries, and the index. A first touch then brings
    /// one page; with read-ahead it brings as much as the disk is set to, megabytes of zeros for each of ten thousand queues.
    /// </summary>
    Scattered,
}

/// <summary>Tells the kernel about a mapping.</summary>
internal static partial class MappingAdvice
{
    private const int MadvRandom = 1;

    /// <summary>Applies the advice to a mapping. Only a hint: a kernel that does not take it changes nothing but speed.</summary>
    public static void Give(nint address, nint length, MappingAccess access)
    {
        if (access == MappingAccess.Scattered && !OperatingSystem.IsWindows())
        {
            _ = madvise(address, length, MadvRandom);
        }
    }

#pragma warning disable IDE1006, CA5392 // named as in libc, which is always the system's own
    [LibraryImport("libc")]
    private static partial int madvise(nint address, nint length, int advice);
#pragma warning restore IDE1006, CA5392
}
