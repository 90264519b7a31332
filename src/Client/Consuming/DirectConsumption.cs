using Result = Rocketeer.Protocol.Bodies.ConsumeResult;

namespace Rocketeer.Client.Consuming;

/// <summary>Outcome of a handler that was called directly (309).</summary>
/// <param name="Result">What the asker is told.</param>
/// <param name="AutoCommit">False when the handler, in order, left the offset where it is.</param>
/// <param name="Failure">What it threw, or null.</param>
/// <param name="Elapsed">How long it took.</param>
internal readonly record struct DirectConsumption(Result Result, bool AutoCommit, Exception? Failure, TimeSpan Elapsed)
{
    /// <summary>The handler threw.</summary>
    public static DirectConsumption Thrown(Exception failure, TimeSpan elapsed) => new(Result.ThrowException, true, failure, elapsed);
}
