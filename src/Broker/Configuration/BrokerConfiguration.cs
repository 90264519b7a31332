using System.Net;
using System.Text;
using Rocketeer.Hosting;
using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Broker.Configuration;

/// <summary>The effective settings, where they came from, and the way to change them while the broker runs (requests 25 and 26).</summary>
internal sealed class BrokerConfiguration
{
    private readonly PropertyBinder _binder;
    private readonly Lock _lock = new();
    private readonly DataVersion _version;

    /// <summary>Settings that were put together in code.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="clock">Clock of the version.</param>
    public BrokerConfiguration(BrokerOptions options, TimeProvider clock)
        : this(options, Bind(options), null, [], clock)
    {
    }

    private BrokerConfiguration(
        BrokerOptions options, PropertyBinder binder, string? file, IReadOnlyList<string> warnings, TimeProvider clock)
    {
        Options = options;
        _binder = binder;
        File = file;
        Warnings = warnings;
        _version = DataVersion.Initial(clock);
    }

    /// <summary>The settings.</summary>
    public BrokerOptions Options { get; }

    /// <summary>The file that changes are saved to; <see langword="null"/> when the broker was started without one.</summary>
    public string? File { get; }

    /// <summary>What was strange about the settings, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads defaults, file, environment and command line, in this order.</summary>
    /// <exception cref="ConfigurationException">Something cannot be read or is not allowed.</exception>
    public static BrokerConfiguration Load(
        ServerCommandLine commandLine, TimeProvider clock, IReadOnlyDictionary<string, string>? environment = null)
    {
        var options = new BrokerOptions();
        var binder = Bind(options);
        var warnings = ConfigurationLoader.Load(binder, commandLine, environment);
        var configuration = new BrokerConfiguration(options, binder, commandLine.ConfigFile, warnings, clock);
        Validate(options);
        return configuration;
    }

    /// <summary>The settings as <c>key=value</c> lines.</summary>
    /// <param name="importantOnly">Only those that the <c>-m</c> switch prints.</param>
    public string Format(bool importantOnly = false) => _binder.Format(importantOnly);
}
