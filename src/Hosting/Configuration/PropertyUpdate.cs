namespace Rocketeer.Hosting.Configuration;

/// <summary>What became of an update at run time.</summary>
/// <param name="Changed">Keys that have a new value.</param>
/// <param name="Unknown">Keys that nothing here has; ignored.</param>
/// <param name="Invalid">One sentence per value that does not parse; when there is any, nothing was changed.</param>
public sealed record PropertyUpdate(IReadOnlyList<string> Changed, IReadOnlyList<string> Unknown, IReadOnlyList<string> Invalid);
