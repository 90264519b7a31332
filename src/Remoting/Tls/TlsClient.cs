using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Rocketeer.Remoting.Tls;

/// <summary>
/// The client's side of TLS: whom it trusts and what it shows of itself, kept up to date with their files. One object may serve several
/// clients. Thread-safe; dispose it after them.
/// </summary>
public sealed class TlsClient : IDisposable
{
    private static readonly TimeSpan MinReloadPeriod = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxReloadPeriod = TimeSpan.FromDays(1);

    private readonly TlsClientOptions _options;
    private readonly Reloading<Credentials> _credentials;

    /// <summary>Reads and checks the certificates.</summary>
    /// <param name="options">Trust and certificate.</param>
    /// <param name="clock">Clock of looking at the files, and of the certificate's validity.</param>
    /// <param name="loggers">Loggers.</param>
    /// <exception cref="TlsConfigurationException">A setting or file cannot be used; the message is one sentence about it.</exception>
    public TlsClient(TlsClientOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(loggers);
        CheckReloadPeriod(options.ReloadPeriod);
        if (options.TrustAny && options.TrustPath is not null)
        {
            throw new TlsConfigurationException(
                $"TLS is told to trust any server and also to trust only those of {options.TrustPath}; leave one of the two out.");
        }

        _options = options;
        var files = new TlsFiles(options.CertificatePath, options.KeyPath, options.KeyPassword, options.TrustPath);
        _credentials = new Reloading<Credentials>(
            files,
            contents => new Credentials(
                files.CertificatePath is null ? null : PemReader.Identity(files, contents, clock.GetUtcNow()),
                CertificateCheck.Policy(files.TrustPath is null ? null : PemReader.Roots(files, contents))),
            options.ReloadPeriod,
            clock,
            loggers.CreateLogger<TlsClient>());
    }

    /// <inheritdoc/>
    public void Dispose() => _credentials.Dispose();

    /// <exception cref="TlsConfigurationException">Files would be looked at all the time, or never.</exception>
    internal static void CheckReloadPeriod(TimeSpan period)
    {
        if (period < MinReloadPeriod || period > MaxReloadPeriod)
        {
            throw new TlsConfigurationException(
                $"The period of looking at the TLS files must be from {MinReloadPeriod.TotalMilliseconds} ms to {MaxReloadPeriod.TotalDays} day.");
        }
    }

    /// <summary>One connection to a host.</summary>
    /// <param name="host">Name or address that the server's certificate must be for.</param>
    /// <param name="timeout">Longest time of the handshake.</param>
    internal ITlsSide Connecting(string host, TimeSpan timeout) => new Side(this, host, timeout);

    private SslClientAuthenticationOptions Authentication(string host)
    {
        var credentials = _credentials.Current;
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ClientCertificateContext = credentials.Identity,
            CertificateChainPolicy = credentials.Policy,
            RemoteCertificateValidationCallback = AcceptsServer,
            AllowRenegotiation = false,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
    }

    private bool AcceptsServer(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (!_options.CheckHostName)
        {
            errors &= ~SslPolicyErrors.RemoteCertificateNameMismatch;
        }

        return _options.TrustAny || errors == SslPolicyErrors.None
            ? true
            : throw new AuthenticationException(CertificateCheck.Explain(certificate, chain, errors));
    }

    private sealed record Credentials(SslStreamCertificateContext? Identity, X509ChainPolicy Policy);

    private sealed class Side(TlsClient client, string host, TimeSpan timeout) : ITlsSide
    {
        public TimeSpan HandshakeTimeout => timeout;

        public Task HandshakeAsync(SslStream stream) => stream.AuthenticateAsClientAsync(client.Authentication(host));

        public void Over(string remote, string? failure) => RemotingInstruments.HandshakeOver("client", failure is null ? "ok" : "failed");
    }
}
