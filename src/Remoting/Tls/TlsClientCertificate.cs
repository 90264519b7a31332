namespace Rocketeer.Remoting.Tls;

/// <summary>Whether a server asks its clients for a certificate (the original's <c>tls.server.need.client.auth</c>).</summary>
public enum TlsClientCertificate
{
    /// <summary>Not asked for.</summary>
    None,

    /// <summary>Asked for; a client without one is served all the same.</summary>
    Optional,

    /// <summary>A client without one is refused.</summary>
    Require,
}
