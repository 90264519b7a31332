using System.Reflection;

namespace Rocketeer.Hosting.Configuration;

/// <summary>
/// Lays property sets over options objects, one after the other, by the keys of their <see cref="PropertyKeyAttribute"/>s; lists the
/// effective values and changes them at run time (request codes 25 and 318). Properties may be int, long, double, bool, string or an
/// enum. Thread-safe; readers of the options see each value change by itself, not several at once.
/// </summary>
public sealed class PropertyBinder
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, BoundProperty[]> _byKey;
    private readonly string[] _keys;
    private readonly Dictionary<string, string> _keyByLooseName = new(StringComparer.OrdinalIgnoreCase);
    private readonly PropertySet _unbound = new("unbound");

    /// <summary>Creates a binder.</summary>
    /// <param name="options">Objects with public properties that carry <see cref="PropertyKeyAttribute"/>; a key may occur in several.</param>
    public PropertyBinder(params object[] options)
    {
        var all = options
            .SelectMany(owner => owner.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Select(property => (property, key: property.GetCustomAttribute<PropertyKeyAttribute>()))
                .Where(found => found.key is not null)
                .Select(found => new BoundProperty(owner, found.property, found.key!)))
            .ToArray();
        _keys = [.. all.Select(bound => bound.Key).Distinct(StringComparer.Ordinal)];
        _byKey = all.GroupBy(bound => bound.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        foreach (var key in _keys)
        {
            _keyByLooseName[Loose(key)] = key;
        }
    }

    /// <summary>Keys that have a property, in the order of declaration.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>The key that an environment variable's name means (casing, underscores and dots do not count), if any.</summary>
    public string? FindKey(string looseName) => _keyByLooseName.GetValueOrDefault(Loose(looseName));

    /// <summary>The value of a key as property files write it, if the key is known and set.</summary>
    public string? ValueOf(string key)
    {
        lock (_gate)
        {
            return _byKey.TryGetValue(key, out var bound) ? bound[0].Text : null;
        }
    }

    /// <summary>Lays a set over the options. Keys that have no property are kept and listed, as the original does.</summary>
    /// <returns>One sentence per unknown key.</returns>
    /// <exception cref="ConfigurationException">A value does not parse; nothing of the set was applied.</exception>
    public IReadOnlyList<string> Apply(PropertySet properties)
    {
        lock (_gate)
        {
            var warnings = new List<string>();
            var parsed = new List<(BoundProperty Property, object Value)>();
            foreach (var (key, text) in properties.Entries)
            {
                if (!_byKey.TryGetValue(key, out var bound))
                {
                    _unbound[key] = text;
                    warnings.Add($"{properties.Source}: unknown key '{Shown.Short(key)}' is ignored{Suggestion(key)}.");
                }
                else if (Parse(bound, text, parsed) is { } problem)
                {
                    throw new ConfigurationException($"{properties.Source}: {problem}");
                }
            }

            parsed.ForEach(pair => pair.Property.Set(pair.Value));
            return warnings;
        }
    }

    /// <summary>Changes values at run time: all that are known, or nothing when one is not allowed.</summary>
    /// <param name="properties">The new values.</param>
    /// <param name="problem">
    /// Looks at the options with the new values in them, for what no single key can tell: a sentence takes all of them back, so that nothing
    /// is saved that the next start would refuse.
    /// </param>
    public PropertyUpdate Update(PropertySet properties, Func<string?>? problem = null)
    {
        lock (_gate)
        {
            var changed = new List<string>();
            var nextStart = new List<string>();
            var unknown = new List<string>();
            var invalid = new List<string>();
            var parsed = new List<(BoundProperty Property, object Value)>();
            var unbound = new List<KeyValuePair<string, string>>();
            foreach (var (key, text) in properties.Entries)
            {
                if (_byKey.TryGetValue(key, out var bound))
                {
                    var first = parsed.Count;
                    if (Parse(bound, text, parsed) is { } notAllowed)
                    {
                        invalid.Add(notAllowed);
                    }
                    else if (parsed.Skip(first).Any(pair => !Equals(pair.Property.Current, pair.Value)))
                    {
                        changed.Add(key);
                        if (bound[0].ReadAtStart)
                        {
                            nextStart.Add(key);
                        }
                    }
                }
                else if (_unbound.TryGet(key, out var old))
                {
                    unbound.Add(new(key, text));
                    if (old != text)
                    {
                        changed.Add(key);
                    }
                }
                else
                {
                    unknown.Add(Shown.Short(key));
                }
            }

            if (invalid.Count > 0)
            {
                return new PropertyUpdate([], [], unknown, invalid);
            }

            var before = parsed.ConvertAll(pair => (pair.Property, pair.Property.Current));
            parsed.ForEach(pair => pair.Property.Set(pair.Value));
            if (problem?.Invoke() is { } sentence)
            {
                before.ForEach(pair => pair.Property.Set(pair.Current));
                return new PropertyUpdate([], [], unknown, [sentence]);
            }

            unbound.ForEach(pair => _unbound[pair.Key] = pair.Value);
            return new PropertyUpdate(changed, nextStart, unknown, invalid);
        }
    }

    /// <summary>Every effective key with its value, those without a value left out, then the unknown keys that a file brought along.</summary>
    /// <param name="importantOnly">Only the keys that the <c>-m</c> switch prints.</param>
    /// <param name="withSecrets">Also the values that are never shown: for a file that is written back.</param>
    public IReadOnlyList<KeyValuePair<string, string>> List(bool importantOnly = false, bool withSecrets = false)
    {
        lock (_gate)
        {
            var values = new List<KeyValuePair<string, string>>();
            foreach (var key in _keys)
            {
                var bound = _byKey[key][0];
                if (bound.Text is { } text && (bound.Important || !importantOnly) && (withSecrets || !bound.Secret))
                {
                    values.Add(new(key, text));
                }
            }

            if (!importantOnly)
            {
                values.AddRange(_unbound.Entries);
            }

            return values;
        }
    }

    /// <summary><see cref="List"/> as <c>key=value</c> lines: what <c>-p</c> prints and 26 and 319 answer.</summary>
    /// <param name="importantOnly">Only the keys that the <c>-m</c> switch prints.</param>
    public string Format(bool importantOnly = false) => PropertyFile.Format(List(importantOnly));

    /// <summary>Everything as <c>key=value</c> lines, secrets included: what 25 and 318 store.</summary>
    public string FormatForFile() => PropertyFile.Format(List(withSecrets: true));

    private static string Loose(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);

    private static string? Parse(BoundProperty[] bound, string text, List<(BoundProperty Property, object Value)> parsed)
    {
        foreach (var property in bound)
        {
            if (!property.TryParse(text, out var value))
            {
                return $"{property.Key}={Shown.Short(text)} is not allowed; {property.Key} takes {property.Allowed}.";
            }

            parsed.Add((property, value));
        }

        return null;
    }

    private string Suggestion(string key) => FindKey(key) is { } known ? $" (did you mean '{known}'?)" : "";
}
