using System.Globalization;

namespace Rocketeer.Broker.Statistics;

/// <summary>Sizes for people, as the original prints them.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary><c>512 B</c>, <c>1.2 TiB</c>.</summary>
    public static string Text(long bytes)
    {
        if (bytes < 1024)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        }

        var unit = (int)Math.Log2(bytes) / 10;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / Math.Pow(1024, unit):F1} {Units[unit - 1]}");
    }
}
