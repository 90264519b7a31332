using Rocketeer.Protocol.Bodies;

namespace Rocketeer.NameServer.Routing;

/// <summary>The version of a broker's topic table: two tables are the same when both numbers are.</summary>
/// <param name="Timestamp">When the table changed last, in Unix milliseconds of the broker's clock.</param>
/// <param name="Counter">How often it changed since the broker was made.</param>
internal readonly record struct TableVersion(long Timestamp, long Counter)
{
    /// <summary>
    /// The version that a body carries; <see langword="null"/> for one that carries none. Without a version every table counts as
    /// changed: the original reads "now" there, which never equals what it holds.
    /// </summary>
    public static TableVersion? From(DataVersion version) =>
        version is { Timestamp: 0, Counter: 0 } ? null : new TableVersion(version.Timestamp, version.Counter);
}
