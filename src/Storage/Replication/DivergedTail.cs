namespace Rocketeer.Storage.Replication;

/// <summary>What was cut off a log that is not its master's, and kept aside (docs/formats/diverged-tail.md).</summary>
/// <param name="Directory">Where it is.</param>
/// <param name="Offset">Where it began in the log.</param>
/// <param name="Length">Bytes.</param>
public sealed record DivergedTail(string Directory, long Offset, long Length);
