namespace Rocketeer.Hosting.Configuration;

/// <summary>Marks a property of an options class as configurable, under the key that the original uses.</summary>
/// <param name="key">The key, spelled as in the original's property files.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PropertyKeyAttribute(string key) : Attribute
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>Least value of a number; no limit by default.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Greatest value of a number; no limit by default.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>True for a value that is never shown: not by <c>-p</c>, not by the requests that read configuration.</summary>
    public bool Secret { get; init; }

    /// <summary>True for the keys that the original's <c>-m</c> switch prints.</summary>
    public bool Important { get; init; }
}
