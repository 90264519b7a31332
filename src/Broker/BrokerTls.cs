using Microsoft.Extensions.Logging;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Remoting.Tls;

namespace Rocketeer.Broker;

/// <summary>TLS of the broker's ports, and of its own connections to name servers and its master.</summary>
internal sealed class BrokerTls : IDisposable
{
    /// <summary>Reads the certificates.</summary>
    /// <exception cref="ConfigurationException">They cannot be used; one sentence says why.</exception>
    public BrokerTls(TlsSettings settings, TimeProvider clock, ILoggerFactory loggers)
    {
        try
        {
            Server = new TlsServer(ServerOptions(settings), clock, loggers);
            Client = settings.ConnectsWithTls ? new TlsClient(ClientOptions(settings), clock, loggers) : null;
        }
        catch (TlsConfigurationException mistake)
        {
            Server?.Dispose();
            throw new ConfigurationException(mistake.Message, mistake);
        }
    }

    /// <summary>For the ports.</summary>
    public TlsServer Server { get; }

    /// <summary>For connections to others; <see langword="null"/> connects plainly.</summary>
    public TlsClient? Client { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Client?.Dispose();
        Server.Dispose();
    }

    private static TlsServerOptions ServerOptions(TlsSettings settings) => new()
    {
        Mode = Enum.Parse<TlsMode>(settings.ServerMode.ToString()),
        CertificatePath = OrNull(settings.ServerCertPath),
        KeyPath = OrNull(settings.ServerKeyPath),
        KeyPassword = settings.ServerKeyPassword,
        TestMode = settings.TestMode,
        ClientCertificate = Enum.Parse<TlsClientCertificate>(settings.NeedClientAuth.ToString()),
        VerifyClient = settings.AuthClient,
        TrustPath = OrNull(settings.ServerTrustCertPath),
    };

    private static TlsClientOptions ClientOptions(TlsSettings settings) => new()
    {
        TrustPath = OrNull(settings.ClientTrustCertPath),
        TrustAny = settings.ClientTrustCertPath.Length == 0 && !settings.AuthServer,
        CheckHostName = settings.CheckHostName,
        CertificatePath = OrNull(settings.ClientCertPath),
        KeyPath = OrNull(settings.ClientKeyPath),
        KeyPassword = settings.ClientKeyPassword,
    };

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
