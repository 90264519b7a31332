using System.Globalization;

namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>Times as the API writes them.</summary>
internal static class Timestamps
{
    /// <summary>Whole seconds in UTC, as <c>2026-11-22T10:00:00Z</c>.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
