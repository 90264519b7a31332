using Rocketeer.Remoting.Tls;

namespace Rocketeer.Client;

/// <summary>
/// TLS of a client's connections to name servers and brokers. When enabled it is safe by default: servers must show a certificate that
/// this system trusts, for the name or address they were connected to. Certificate files are read again when they change.
/// </summary>
public sealed class TlsOptions
{
    /// <summary>Whether connections speak TLS (the original's <c>useTLS</c>). Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// PEM file with the root certificates that servers' certificates must lead to. Default <see langword="null"/>: those that this system trusts.
    /// </summary>
    public string? TrustPath { get; set; }

    /// <summary>
    /// Whether any certificate will do, as for the original's clients. That keeps listeners out, but not impostors: for tests, and for
    /// servers that sign their own certificate. Default false.
    /// </summary>
    public bool TrustAny { get; set; }

    /// <summary>
    /// Whether a certificate must be for the name or address that was connected to. Brokers are known by the address they announce, which
    /// their certificate must hold as an alternative name. Default true; the original's clients never check.
    /// </summary>
    public bool CheckHostName { get; set; } = true;

    /// <summary>PEM file with the certificate to show to servers that ask for one, and its intermediates. Default none.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file with the key of that certificate.</summary>
    public string? KeyPath { get; set; }

    /// <summary>Password of that key if it is encrypted.</summary>
    public string? KeyPassword { get; set; }

    internal TlsOptions Copy() => (TlsOptions)MemberwiseClone();

    /// <summary>Names what cannot be used, the contents of the files included.</summary>
    internal void CollectFaults(List<string> faults)
    {
        if (!Enabled)
        {
            if (TrustPath is not null || TrustAny || CertificatePath is not null || KeyPath is not null)
            {
                faults.Add("Tls has settings but is not enabled; set Tls.Enabled, or connections would be plain.");
            }

            return;
        }

        try
        {
            using var tried = new TlsClient(ToClientOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        }
        catch (TlsConfigurationException mistake)
        {
            faults.Add(mistake.Message);
        }
    }

    internal TlsClientOptions ToClientOptions() => new()
    {
        TrustPath = TrustPath,
        TrustAny = TrustAny,
        CheckHostName = CheckHostName,
        CertificatePath = CertificatePath,
        KeyPath = KeyPath,
        KeyPassword = KeyPassword,
    };
}
