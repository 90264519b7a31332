using System.Globalization;

namespace Rocketeer.Storage.Segments;

/// <summary>Names of data files: the start offset in 20 decimal digits (reference: store.md section 1).</summary>
internal static class SegmentFileName
{
    /// <summary>Digits of a name.</summary>
    public const int Digits = 20;

    /// <summary>Name of the file that starts at an offset.</summary>
    public static string Of(long startOffset) => startOffset.ToString("D20", CultureInfo.InvariantCulture);

    /// <summary>Reads a name.</summary>
    /// <returns>False when it is not the name of a data file.</returns>
    public static bool TryParse(ReadOnlySpan<char> name, out long startOffset)
    {
        startOffset = 0;
        return name.Length == Digits
            && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out startOffset);
    }
}
