namespace Rocketeer.Remoting.Tls;

/// <summary>TLS of a server. Defaults are the original's (reference: protocol-remoting.md section 10.6) where it has one.</summary>
public sealed class TlsServerOptions
{
    /// <summary>Which connections are served.</summary>
    public TlsMode Mode { get; init; } = TlsMode.Permissive;

    /// <summary>
    /// PEM file with the server's certificate, followed by its intermediate certificates. Without one, <see cref="TestMode"/> decides.
    /// </summary>
    public string? CertificatePath { get; init; }

    /// <summary>PEM file with the key of the certificate: PKCS#8 (also encrypted), PKCS#1 or SEC1.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Password of an encrypted key. Never logged.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>
    /// Whether a server without a certificate makes one for itself, signed by nobody, when the first TLS client comes. That protects from
    /// listeners, not from impostors.
    /// </summary>
    public bool TestMode { get; init; } = true;

    /// <summary>Whether clients are asked for a certificate.</summary>
    public TlsClientCertificate ClientCertificate { get; init; } = TlsClientCertificate.None;

    /// <summary>
    /// Whether a client's certificate must be signed by one of <see cref="TrustPath"/>, or else of the system's trusted ones. Naming a
    /// trust file implies it. Without it any certificate will do, as in the original.
    /// </summary>
    public bool VerifyClient { get; init; }

    /// <summary>PEM file with the root certificates that clients' certificates must lead to.</summary>
    public string? TrustPath { get; init; }

    /// <summary>Longest time a handshake may take, from its first byte. 1 s to 10 min.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Handshakes under way at once; further ones are refused. At least 1.</summary>
    public int MaxHandshakes { get; init; } = 1024;

    /// <summary>How often the files are looked at; what has changed is used for new connections. 100 ms to 1 day.</summary>
    public TimeSpan ReloadPeriod { get; init; } = TimeSpan.FromMilliseconds(500);
}
