namespace Rocketeer.Hosting.Configuration;

/// <summary>Values of <c>tls.server.mode</c>.</summary>
public enum TlsServerMode
{
    /// <summary>Plain connections only.</summary>
    Disabled,

    /// <summary>Both, told apart by the first byte.</summary>
    Permissive,

    /// <summary>TLS only.</summary>
    Enforcing,
}
