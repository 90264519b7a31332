using Microsoft.Extensions.Logging;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Remoting.Tls;

namespace Rocketeer.NameServer;

/// <summary>Makes the name server's side of TLS of its settings.</summary>
internal static class NameServerTls
{
    /// <exception cref="ConfigurationException">The certificates cannot be used; one sentence says why.</exception>
    public static TlsServer Create(TlsSettings settings, TimeProvider clock, ILoggerFactory loggers)
    {
        var options = new TlsServerOptions
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
        try
        {
            return new TlsServer(options, clock, loggers);
        }
        catch (TlsConfigurationException mistake)
        {
            throw new ConfigurationException(mistake.Message, mistake);
        }
    }

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
