namespace Rocketeer.Hosting.Configuration;

/// <summary>
/// Marks a key, or all keys of an options class, whose value is read when the server starts: a change at run time is taken and saved, but
/// has no effect before the next start, and whoever made it is told so. A mark on a property beats that of its class.
/// </summary>
/// <param name="readAtStart">False for a property that is read live although its class is not.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false)]
public sealed class ReadAtStartAttribute(bool readAtStart = true) : Attribute
{
    /// <summary>Whether the value is read at the start only.</summary>
    public bool ReadAtStart { get; } = readAtStart;
}
