namespace Rocketeer.Storage;

/// <summary>Messages found by key.</summary>
/// <param name="Records">Raw records, oldest first.</param>
/// <param name="IndexLastUpdateTimestamp">Store time of the newest indexed message.</param>
/// <param name="IndexLastUpdateOffset">Commit log offset of the newest indexed message.</param>
public sealed record QueryResult(IReadOnlyList<byte[]> Records, long IndexLastUpdateTimestamp, long IndexLastUpdateOffset);
