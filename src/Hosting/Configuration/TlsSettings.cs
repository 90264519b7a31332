namespace Rocketeer.Hosting.Configuration;

/// <summary>
/// TLS under the original's keys, which it takes as Java system properties and from the file of <c>tls.config.file</c>; here they are
/// keys like all others, and that file still works (reference: protocol-remoting.md section 10.6; docs/tls.md).
/// </summary>
[ReadAtStart]
public sealed class TlsSettings
{
    /// <summary>Where the original looks for TLS settings when it is not told.</summary>
    public const string DefaultFile = "/etc/rocketmq/tls.properties";

    /// <summary>Key of <see cref="ConfigFile"/>.</summary>
    internal const string FileKey = "tls.config.file";

    /// <summary>
    /// Property file with more of these keys; it outranks the main property file. The default one may be missing, one that is named may not.
    /// </summary>
    [PropertyKey(FileKey)]
    public string ConfigFile { get; set; } = DefaultFile;

    /// <summary><c>disabled</c>, <c>permissive</c> (plain and TLS on one port) or <c>enforcing</c> (TLS only).</summary>
    [PropertyKey("tls.server.mode", Important = true)]
    public TlsServerMode ServerMode { get; set; } = TlsServerMode.Permissive;

    /// <summary>Whether a server without a certificate makes one, and a client trusts any server. Has no effect where files are named.</summary>
    [PropertyKey("tls.test.mode.enable")]
    public bool TestMode { get; set; } = true;

    /// <summary>PEM file with the server's certificate and its intermediates; empty for none.</summary>
    [PropertyKey("tls.server.certPath")]
    public string ServerCertPath { get; set; } = "";

    /// <summary>PEM file with the key of the server's certificate.</summary>
    [PropertyKey("tls.server.keyPath")]
    public string ServerKeyPath { get; set; } = "";

    /// <summary>Password of that key if it is encrypted.</summary>
    [PropertyKey("tls.server.keyPassword", Secret = true)]
    public string? ServerKeyPassword { get; set; }

    /// <summary><c>none</c>, <c>optional</c> or <c>require</c>: whether clients are asked for a certificate.</summary>
    [PropertyKey("tls.server.need.client.auth")]
    public TlsClientAuthentication NeedClientAuth { get; set; } = TlsClientAuthentication.None;

    /// <summary>Whether clients' certificates are verified; naming <see cref="ServerTrustCertPath"/> implies it.</summary>
    [PropertyKey("tls.server.authClient")]
    public bool AuthClient { get; set; }

    /// <summary>PEM file with the roots of clients' certificates; empty takes the system's.</summary>
    [PropertyKey("tls.server.trustCertPath")]
    public string ServerTrustCertPath { get; set; } = "";

    /// <summary>Whether this process's own connections speak TLS; not set: when <see cref="ServerMode"/> is enforcing.</summary>
    [PropertyKey("tls.enable")]
    public bool? Enable { get; set; }

    /// <summary>As <see cref="Enable"/>, which it outranks; the original's key in a broker's property file.</summary>
    [PropertyKey("useTLS")]
    public bool? UseTls { get; set; }

    /// <summary>PEM file with the certificate to show to servers that ask for one.</summary>
    [PropertyKey("tls.client.certPath")]
    public string ClientCertPath { get; set; } = "";

    /// <summary>PEM file with the key of that certificate.</summary>
    [PropertyKey("tls.client.keyPath")]
    public string ClientKeyPath { get; set; } = "";

    /// <summary>Password of that key if it is encrypted.</summary>
    [PropertyKey("tls.client.keyPassword", Secret = true)]
    public string? ClientKeyPassword { get; set; }

    /// <summary>Whether servers' certificates are verified; naming <see cref="ClientTrustCertPath"/> implies it.</summary>
    [PropertyKey("tls.client.authServer")]
    public bool AuthServer { get; set; }

    /// <summary>PEM file with the roots of servers' certificates; empty takes the system's.</summary>
    [PropertyKey("tls.client.trustCertPath")]
    public string ClientTrustCertPath { get; set; } = "";

    /// <summary>Whether a verified server's certificate must be for the name or address that was connected to. Not of the original.</summary>
    [PropertyKey("tls.client.checkHostName")]
    public bool CheckHostName { get; set; }

    /// <summary>Whether this process's own connections speak TLS.</summary>
    public bool ConnectsWithTls => UseTls ?? Enable ?? (ServerMode == TlsServerMode.Enforcing);
}
