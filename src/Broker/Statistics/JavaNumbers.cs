using System.Globalization;

namespace Rocketeer.Broker.Statistics;

/// <summary>Numbers as Java prints them.</summary>
internal static class JavaNumbers
{
    /// <summary>A double always has a fraction: <c>0.0</c>.</summary>
    public static string Text(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') || !double.IsFinite(value) ? text : text + ".0";
    }
}
