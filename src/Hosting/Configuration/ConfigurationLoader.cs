using System.Collections;

namespace Rocketeer.Hosting.Configuration;

/// <summary>
/// Fills options in the order that the documentation promises: defaults, property file, TLS property file,
/// environment, command line. Stateless.
/// </summary>
public static class ConfigurationLoader
{
    /// <summary>What an environment variable for a key begins with: <c>ROCKETEER_LISTEN_PORT</c> is <c>listenPort</c>.</summary>
    public const string EnvironmentPrefix = "ROCKETEER_";

    private static readonly (string Variable, string Key)[] OriginalVariables =
    [
        ("NAMESRV_ADDR", "namesrvAddr"),
        ("ROCKETMQ_HOME", "rocketmqHome"),
    ];

    /// <summary>Lays file, environment and command line over the options of a binder.</summary>
    /// <param name="binder">The options with their defaults.</param>
    /// <param name="commandLine">The command line, which also names the file.</param>
    /// <param name="environment">Environment variables; <see langword="null"/> takes those of the process.</param>
    /// <returns>Warnings, one sentence each, to be logged once logging works.</returns>
    /// <exception cref="ConfigurationException">The file cannot be read, a value does not parse, or the command line names an unknown key.</exception>
    public static IReadOnlyList<string> Load(
        PropertyBinder binder, ServerCommandLine commandLine, IReadOnlyDictionary<string, string>? environment = null)
    {
        var warnings = new List<string>();
        if (commandLine.ConfigFile is { } path)
        {
            warnings.AddRange(binder.Apply(PropertyFile.Read(path)));
        }

        var variables = FromEnvironment(binder, environment ?? ProcessEnvironment());
        binder.Apply(variables);
        foreach (var (key, _) in commandLine.Overrides.Entries)
        {
            // Whoever types a key looks at the screen now: refuse at once what a file may carry along for other versions.
            if (key != "namesrvAddr" && !binder.Keys.Contains(key))
            {
                throw new ConfigurationException($"The command line has an unknown key '--{Shown.Short(key)}'; -p lists the keys.");
            }
        }

        warnings.AddRange(binder.Apply(commandLine.Overrides));
        if (binder.ValueOf(TlsSettings.FileKey) is { Length: > 0 } tls && (tls != TlsSettings.DefaultFile || File.Exists(tls)))
        {
            // Which file it is may have been said anywhere, so it comes last; what outranks files is laid over it once more.
            warnings.AddRange(binder.Apply(PropertyFile.Read(tls)));
            binder.Apply(variables);
            binder.Apply(commandLine.Overrides);
        }

        return warnings;
    }

    /// <summary>
    /// Only variables that mean a known key: Kubernetes puts variables of its own with our prefix into every pod, so that unknown ones
    /// say nothing.
    /// </summary>
    private static PropertySet FromEnvironment(PropertyBinder binder, IReadOnlyDictionary<string, string> environment)
    {
        var properties = new PropertySet("the environment");
        foreach (var (variable, key) in OriginalVariables)
        {
            if (binder.FindKey(key) is { } known && environment.TryGetValue(variable, out var value) && value.Length > 0)
            {
                properties[known] = value;
            }
        }

        foreach (var (variable, value) in environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (variable.StartsWith(EnvironmentPrefix, StringComparison.Ordinal)
                && binder.FindKey(variable[EnvironmentPrefix.Length..]) is { } key)
            {
                properties[key] = value;
            }
        }

        return properties;
    }

    private static Dictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
