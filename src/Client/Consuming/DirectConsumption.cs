namespace Rocketeer.Client.Consuming;

/// <summary>Outcome of a handler that was called directly.</summary>
/// <param name="Succeeded">The handler said so.</param>
/// <param name="Failure">What it threw, or null.</param>
/// <param name="Elapsed">How long it took.</param>
internal readonly record struct DirectConsumption(bool Succeeded, Exception? Failure, TimeSpan Elapsed);
