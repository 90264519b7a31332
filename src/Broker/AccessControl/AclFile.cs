using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Broker.AccessControl;

/// <summary>
/// The rules in force, and the file they come from. The file is looked at twice a second, as the original does; when its content has
/// changed it takes effect at once, unless it is bad: then the rules stay as they were until it changes again. Content is compared, not
/// times, because mounted configuration is replaced behind links. Thread-safe.
/// </summary>
internal sealed class AclFile : IDisposable
{
    /// <summary>Time between two looks.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private const int MaxBytes = 4 * 1024 * 1024;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _path;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly Lock _looking = new();
    private volatile AclRules _rules;

    // Guarded by _looking.
    private byte[] _seen;
    private bool _isUnreadable;
    private ITimer? _timer;
    private bool _isDisposed;

    private AclFile(string path, byte[] content, AclRules rules, TimeProvider clock, ILogger logger)
    {
        _path = path;
        _seen = SHA256.HashData(content);
        _rules = rules;
        _logger = logger;
        _clock = clock;
    }

    /// <summary>The rules in force.</summary>
    public AclRules Rules => _rules;

    /// <summary>Reads the file.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or has mistakes.</exception>
    public static AclFile Open(string path, TimeProvider clock, ILogger logger)
    {
        try
        {
            var content = ReadBytes(path);
            var rules = Parse(content, path);
            logger.AclLoaded(path, rules.AccountCount, rules.WhiteAddressCount);
            return new AclFile(path, content, rules, clock, logger);
        }
        catch (Exception e) when (IsExpected(e))
        {
            throw new ConfigurationException($"aclEnable=true, but the broker does not start without rules: {e.Message}");
        }
    }

    /// <summary>Begins to watch the file. Called once.</summary>
    public void Watch()
    {
        lock (_looking)
        {
            _timer = _clock.CreateTimer(static file => ((AclFile)file!).Look(), this, Period, Period);
        }
    }

    /// <summary>Ends the watch.</summary>
    public void Dispose()
    {
        lock (_looking)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    private void Look()
    {
        lock (_looking)
        {
            if (_isDisposed)
            {
                return;
            }

            try
            {
                LookOnce();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!_isUnreadable)
                {
                    _isUnreadable = true;
                    _logger.AclUnreadable(_path, e.Message);
                }
            }
        }
    }

    private void LookOnce()
    {
        var content = ReadBytes(_path);
        _isUnreadable = false;
        var hash = SHA256.HashData(content);
        if (hash.AsSpan().SequenceEqual(_seen))
        {
            return;
        }

        _seen = hash;
        try
        {
            _rules = Parse(content, _path);
            _logger.AclReloaded(_path, _rules.AccountCount, _rules.WhiteAddressCount);
        }
        catch (AclFormatException e)
        {
            _logger.AclRejected(_path, e.Message);
        }
    }

    private static AclRules Parse(byte[] content, string path)
    {
        try
        {
            return AclFileReader.Read(Utf8.GetString(content), path);
        }
        catch (DecoderFallbackException)
        {
            throw new AclFormatException($"{path}: the file is not UTF-8.");
        }
    }

    private static byte[] ReadBytes(string path)
    {
        var length = new FileInfo(path).Length;
        return length <= MaxBytes
            ? File.ReadAllBytes(path)
            : throw new IOException($"{path} has {length} bytes; {MaxBytes} are the most that are read.");
    }

    private static bool IsExpected(Exception e) => e is IOException or UnauthorizedAccessException or AclFormatException;
}
