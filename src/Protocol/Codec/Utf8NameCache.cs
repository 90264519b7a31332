namespace Rocketeer.Protocol.Codec;

/// <summary>
/// Interns topic and group names by their bytes, so that decoding a request makes no string of a name seen before. Bounded: a slot is
/// overwritten by the next name that hashes to it, so hostile names cost an allocation each and nothing more. Thread-safe.
/// </summary>
public static class Utf8NameCache
{
    /// <summary>The string for these bytes; the same instance while it stays in the cache.</summary>
    public static string Intern(ReadOnlySpan<byte> utf8) => throw new NotImplementedException();
}
