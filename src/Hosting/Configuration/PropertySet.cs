using System.Diagnostics.CodeAnalysis;

namespace Rocketeer.Hosting.Configuration;

/// <summary>
/// Keys and values in the order in which they were first written; a later value of the same key wins, as in Java's Properties.
/// Not thread-safe while it is filled.
/// </summary>
/// <param name="source">Where the values come from, as a message names it: a path, "the environment", "the command line".</param>
public sealed class PropertySet(string source)
{
    private readonly OrderedDictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Where the values come from.</summary>
    public string Source { get; } = source;

    /// <summary>Number of keys.</summary>
    public int Count => _values.Count;

    /// <summary>Keys with their values, oldest key first.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Entries => [.. _values];

    /// <summary>The value of a key; setting replaces it, or adds the key at the end.</summary>
    /// <exception cref="KeyNotFoundException">The key was never set.</exception>
    public string this[string key]
    {
        get => _values[key];
        set => _values[key] = value;
    }

    /// <summary>Looks a key up.</summary>
    /// <returns>False when it was never set.</returns>
    public bool TryGet(string key, [MaybeNullWhen(false)] out string value) => _values.TryGetValue(key, out value);
}
