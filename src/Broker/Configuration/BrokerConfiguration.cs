using System.Text;
using Rocketeer.Hosting;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Broker.Configuration;

/// <summary>The effective settings, and the way to list and change them while the broker runs (requests 25 and 26). Thread-safe.</summary>
internal sealed class BrokerConfiguration
{
    private readonly PropertyBinder _binder;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private DataVersion _version;

    /// <summary>Settings that were put together in code; changes are not saved.</summary>
    public BrokerConfiguration(BrokerOptions options, TimeProvider clock)
        : this(options, new PropertyBinder(options.Parts), null, clock)
    {
    }

    /// <summary>Settings of a process.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="binder">Knows them by key.</param>
    /// <param name="file">The file that changes are saved to, or <see langword="null"/>.</param>
    /// <param name="clock">Clock of the version.</param>
    public BrokerConfiguration(BrokerOptions options, PropertyBinder binder, string? file, TimeProvider clock)
    {
        Options = options;
        _binder = binder;
        File = file;
        _clock = clock;
        _version = DataVersion.Initial(clock);
    }

    /// <summary>The settings.</summary>
    public BrokerOptions Options { get; }

    /// <summary>The file that changes are saved to; <see langword="null"/> when the broker was started without one.</summary>
    public string? File { get; }

    /// <summary>Counter and time of the last change.</summary>
    public DataVersion Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    /// <summary>The settings as <c>key=value</c> lines.</summary>
    public string Format() => _binder.Format();

    /// <summary>Changes settings: all of them, or none when one is not allowed.</summary>
    /// <param name="utf8">Property text.</param>
    /// <exception cref="ConfigurationException">The text or a value is not allowed; one sentence says which.</exception>
    /// <exception cref="IOException">The settings are in force but could not be saved.</exception>
    public PropertyUpdate Update(ReadOnlySpan<byte> utf8)
    {
        var properties = PropertyFile.Parse(utf8, "the request");
        lock (_lock)
        {
            var update = _binder.Update(properties, () => BrokerValidation.FindProblem(Options));
            if (update.Invalid.Count > 0)
            {
                throw new ConfigurationException(string.Join(' ', update.Invalid));
            }

            _version = _version.Next(_clock);
            if (File is not null)
            {
                AtomicFile.Write(File, Encoding.UTF8.GetBytes(_binder.FormatForFile()));
            }

            return update;
        }
    }
}
