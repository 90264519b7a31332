namespace Rocketeer.Protocol.Bodies;

/// <summary>Version of a table that others copy. Two versions are the same only when both parts are.</summary>
public sealed record DataVersion
{
    /// <summary>Number of changes.</summary>
    public long Counter { get; set; }

    /// <summary>Last change, milliseconds since 1970.</summary>
    public long Timestamp { get; set; }

    /// <summary>The version of a table that was just made.</summary>
    public static DataVersion Initial(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return new DataVersion { Timestamp = clock.GetUtcNow().ToUnixTimeMilliseconds() };
    }

    /// <summary>The version after a change.</summary>
    public DataVersion Next(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return new DataVersion { Counter = Counter + 1, Timestamp = clock.GetUtcNow().ToUnixTimeMilliseconds() };
    }
}
