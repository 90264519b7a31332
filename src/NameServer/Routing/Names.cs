namespace Rocketeer.NameServer.Routing;

/// <summary>
/// What may be a key of the tables. The original takes anything; a bound keeps the memory of the tables in proportion to what brokers
/// can really have, and control characters out of logs and files.
/// </summary>
internal static class Names
{
    /// <summary>Longest name in characters: the prefixes of retry topics added to the longest topic, with room to spare.</summary>
    public const int MaxLength = 512;

    public static bool IsLegal(string name) => name.Length is > 0 and <= MaxLength && !name.AsSpan().ContainsAnyInRange('\0', '\u001F');

    /// <summary>A name from outside as a remark or log line shows it.</summary>
    public static string Shown(string name) =>
        IsLegal(name) ? name : string.Concat(name.Take(MaxLength).Select(c => char.IsControl(c) ? '?' : c));

    /// <returns><see langword="null"/> for a legal name, else one sentence.</returns>
    public static string? Problem(string field, string name) => IsLegal(name)
        ? null
        : $"The field '{field}' must be 1 to {MaxLength} characters without control characters.";
}
