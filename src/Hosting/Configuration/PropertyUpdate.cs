namespace Rocketeer.Hosting.Configuration;

/// <summary>What became of an update at run time.</summary>
/// <param name="Changed">Keys that have a new value.</param>
/// <param name="NextStart">Those among them whose value counts from the next start on (<see cref="ReadAtStartAttribute"/>).</param>
/// <param name="Unknown">Keys that nothing here has; ignored.</param>
/// <param name="Invalid">One sentence per value that is not allowed; when there is any, nothing was changed.</param>
public sealed record PropertyUpdate(
    IReadOnlyList<string> Changed, IReadOnlyList<string> NextStart, IReadOnlyList<string> Unknown, IReadOnlyList<string> Invalid);
