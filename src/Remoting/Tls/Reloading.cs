using Microsoft.Extensions.Logging;

namespace Rocketeer.Remoting.Tls;

/// <summary>
/// Something made of files, made anew when their contents change. Contents are compared, not times or names, so replaced files, swapped
/// symbolic links (Kubernetes secrets) and restored backups all count the same. A change is used once two looks in a row saw the same,
/// so that a certificate is not paired with a key that is still being written. What cannot be used is reported once and the last good one
/// stays. Thread-safe.
/// </summary>
internal sealed class Reloading<T> : IDisposable
    where T : class
{
    private readonly TlsFiles _files;
    private readonly Func<TlsFileContents, T> _make;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;
    private readonly Lock _gate = new();
    private volatile T _current;

    // Guarded by _gate.
    private TlsFileContents _used;
    private TlsFileContents? _seen;
    private string? _reported;

    /// <summary>Makes the first one.</summary>
    /// <exception cref="TlsConfigurationException">The files cannot be used.</exception>
    public Reloading(TlsFiles files, Func<TlsFileContents, T> make, TimeSpan period, TimeProvider clock, ILogger logger)
    {
        _files = files;
        _make = make;
        _logger = logger;
        _used = files.Read();
        _current = make(_used);
        _timer = files.Any ? clock.CreateTimer(static state => ((Reloading<T>)state!).Look(), this, period, period) : null;
    }

    public T Current => _current;

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        if (!_gate.TryEnter())
        {
            return; // a slow file system is still busy with the last look
        }

        try
        {
            Use(_files.Read());
        }
        catch (TlsConfigurationException unreadable)
        {
            _seen = null;
            Report(unreadable);
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void Use(TlsFileContents contents)
    {
        if (contents.SameAs(_used))
        {
            _seen = null;
            _reported = null;
        }
        else if (_seen is null || !contents.SameAs(_seen))
        {
            _seen = contents;
            _reported = null;
        }
        else if (_reported is null)
        {
            try
            {
                _current = _make(contents);
                _used = contents;
                _seen = null;
                _logger.TlsReloaded(_files.CertificatePath ?? _files.TrustPath!);
            }
            catch (TlsConfigurationException unusable)
            {
                Report(unusable);
            }
        }
    }

    private void Report(TlsConfigurationException problem)
    {
        if (_reported != problem.Message)
        {
            _reported = problem.Message;
            _logger.TlsReloadFailed(problem.Message);
        }
    }
}
