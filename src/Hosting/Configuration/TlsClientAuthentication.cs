namespace Rocketeer.Hosting.Configuration;

/// <summary>Values of <c>tls.server.need.client.auth</c>.</summary>
public enum TlsClientAuthentication
{
    /// <summary>Clients are not asked for a certificate.</summary>
    None,

    /// <summary>They are asked and need not have one.</summary>
    Optional,

    /// <summary>They must have one.</summary>
    Require,
}
