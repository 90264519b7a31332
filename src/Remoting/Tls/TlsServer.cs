using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Rocketeer.Remoting.Tls;

/// <summary>
/// The server's side of TLS: its certificate and trust, kept up to date with their files, and the bound on handshakes under way. One
/// object may serve several servers. Thread-safe; dispose it after them.
/// </summary>
public sealed class TlsServer : ITlsSide, IDisposable
{
    private static readonly TimeSpan MinTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(10);

    private readonly TlsServerOptions _options;
    private readonly Reloading<SslServerAuthenticationOptions>? _files;
    private readonly Lazy<SslServerAuthenticationOptions>? _selfSigned;
    private readonly ILogger _logger;
    private readonly RareLog _failures;
    private readonly RareLog _refusals;
    private readonly RareLog _floods;
    private int _underWay;

    /// <summary>Reads and checks the certificates.</summary>
    /// <param name="options">Mode, files, limits.</param>
    /// <param name="clock">Clock of time-outs, of looking at the files, and of the certificate's validity.</param>
    /// <param name="loggers">Loggers.</param>
    /// <exception cref="TlsConfigurationException">A setting or file cannot be used; the message is one sentence about it.</exception>
    public TlsServer(TlsServerOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(loggers);
        Check(options);
        _options = options;
        _logger = loggers.CreateLogger<TlsServer>();
        (_failures, _refusals, _floods) = (new RareLog(clock), new RareLog(clock), new RareLog(clock));
        if (options.Mode == TlsMode.Disabled)
        {
            return;
        }

        var files = new TlsFiles(options.CertificatePath, options.KeyPath, options.KeyPassword, options.TrustPath);
        if (options.CertificatePath is not null || options.KeyPath is not null)
        {
            _files = new Reloading<SslServerAuthenticationOptions>(
                files, contents => FromFiles(files, contents, clock), options.ReloadPeriod, clock, _logger);
        }
        else if (options.TestMode)
        {
            _selfSigned = new Lazy<SslServerAuthenticationOptions>(() =>
            {
                _logger.TlsSelfSigned();
                return Authentication(SelfSigned.Create(clock.GetUtcNow()), null);
            });
        }
        else
        {
            throw new TlsConfigurationException(
                "TLS has no certificate and test mode is off; name a certificate and its key (tls.server.certPath, tls.server.keyPath), "
                + "or disable TLS (tls.server.mode=disabled).");
        }

        if (options.ClientCertificate != TlsClientCertificate.None && !VerifiesClients)
        {
            _logger.TlsClientsUnverified();
        }
    }

    /// <summary>Which connections are served.</summary>
    public TlsMode Mode => _options.Mode;

    /// <summary>Handshakes that have begun and are not over.</summary>
    internal int UnderWay => Volatile.Read(ref _underWay);

    TimeSpan ITlsSide.HandshakeTimeout => _options.HandshakeTimeout;

    private bool VerifiesClients => _options.VerifyClient || _options.TrustPath is not null;

    /// <inheritdoc/>
    public void Dispose() => _files?.Dispose();

    /// <summary>Takes a place for a handshake; given back by <see cref="ITlsSide.Over"/>.</summary>
    /// <returns>False when too many are under way.</returns>
    internal bool TryBegin(string remote)
    {
        if (Interlocked.Increment(ref _underWay) <= _options.MaxHandshakes)
        {
            return true;
        }

        Interlocked.Decrement(ref _underWay);
        RemotingInstruments.HandshakeOver("server", "refused");
        if (_floods.TryPass(out var kept))
        {
            _logger.TlsTooManyHandshakes(remote, _options.MaxHandshakes, kept);
        }

        return false;
    }

    /// <summary>A connection is refused for its first byte.</summary>
    internal void Refused(string remote, string reason)
    {
        RemotingInstruments.HandshakeOver("server", "refused");
        if (_refusals.TryPass(out var kept))
        {
            _logger.TlsRefused(remote, reason, kept);
        }
    }

    Task ITlsSide.HandshakeAsync(SslStream stream) => stream.AuthenticateAsServerAsync(_files?.Current ?? _selfSigned!.Value);

    void ITlsSide.Over(string remote, string? failure)
    {
        Interlocked.Decrement(ref _underWay);
        RemotingInstruments.HandshakeOver("server", failure is null ? "ok" : "failed");
        if (failure is not null && _failures.TryPass(out var kept))
        {
            _logger.TlsHandshakeFailed(remote, failure, kept);
        }
    }

    private static void Check(TlsServerOptions options)
    {
        Require(options.HandshakeTimeout >= MinTimeout && options.HandshakeTimeout <= MaxTimeout,
            $"The TLS handshake time-out must be from {MinTimeout.TotalSeconds} s to {MaxTimeout.TotalSeconds} s.");
        Require(options.MaxHandshakes >= 1, "The TLS handshakes under way at once must be at least 1.");
        TlsClient.CheckReloadPeriod(options.ReloadPeriod);

        static void Require(bool holds, string sentence)
        {
            if (!holds)
            {
                throw new TlsConfigurationException(sentence);
            }
        }
    }

    private SslServerAuthenticationOptions FromFiles(TlsFiles files, TlsFileContents contents, TimeProvider clock)
    {
        var roots = files.TrustPath is null ? null : PemReader.Roots(files, contents);
        var identity = PemReader.Identity(files, contents, clock.GetUtcNow());
        _logger.TlsCertificateUsed(identity.TargetCertificate.Subject, files.CertificatePath!, identity.TargetCertificate.NotAfter.ToUniversalTime());
        return Authentication(identity, roots);
    }

    private SslServerAuthenticationOptions Authentication(SslStreamCertificateContext identity, X509Certificate2Collection? roots) => new()
    {
        ServerCertificateContext = identity,
        ClientCertificateRequired = _options.ClientCertificate != TlsClientCertificate.None,
        CertificateChainPolicy = CertificateCheck.Policy(roots),
        RemoteCertificateValidationCallback = _options.ClientCertificate == TlsClientCertificate.None ? null : AcceptsClient,
        AllowRenegotiation = false,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    private bool AcceptsClient(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var accepted = certificate is null
            ? _options.ClientCertificate != TlsClientCertificate.Require
            : !VerifiesClients || errors == SslPolicyErrors.None;
        return accepted ? true : throw new AuthenticationException(CertificateCheck.Explain(certificate, chain, errors));
    }
}
