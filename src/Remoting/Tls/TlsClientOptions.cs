namespace Rocketeer.Remoting.Tls;

/// <summary>TLS of a client. The defaults are safe: the server's certificate must be trusted by this system and be for the host's name.</summary>
public sealed class TlsClientOptions
{
    /// <summary>
    /// PEM file with the root certificates that servers' certificates must lead to; <see langword="null"/> takes those that the system trusts.
    /// </summary>
    public string? TrustPath { get; init; }

    /// <summary>
    /// Whether any certificate will do (the original's default). That protects from listeners, not from impostors: for tests only.
    /// </summary>
    public bool TrustAny { get; init; }

    /// <summary>Whether the certificate must be for the host or address that was connected to. The original never checks it.</summary>
    public bool CheckHostName { get; init; } = true;

    /// <summary>PEM file with the client's certificate and its intermediates, for servers that ask for one.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>PEM file with the key of the client's certificate.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Password of an encrypted key. Never logged.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>How often the files are looked at; what has changed is used for new connections. 100 ms to 1 day.</summary>
    public TimeSpan ReloadPeriod { get; init; } = TimeSpan.FromMilliseconds(500);
}
