namespace Rocketeer.Storage.Segments;

/// <summary>Tells a full disk, which is waited out, from a broken one, which is not.</summary>
internal static class DiskSpace
{
    /// <summary>ENOSPC of Linux and macOS.</summary>
    public const int NoSpaceLeft = 28;

    /// <summary>EDQUOT of Linux.</summary>
    public const int QuotaExceeded = 122;

    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>True when the failure says that there is no space left; .NET puts the system's number into the HResult.</summary>
    public static bool IsExhausted(IOException failure) => failure.HResult is NoSpaceLeft or QuotaExceeded or WindowsDiskFull;
}
