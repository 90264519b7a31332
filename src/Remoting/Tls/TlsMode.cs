namespace Rocketeer.Remoting.Tls;

/// <summary>What a server makes of the first byte of a connection (the original's <c>tls.server.mode</c>).</summary>
public enum TlsMode
{
    /// <summary>Plain connections only; a TLS handshake closes the connection.</summary>
    Disabled,

    /// <summary>Both, told apart by the first byte.</summary>
    Permissive,

    /// <summary>TLS only; anything else closes the connection.</summary>
    Enforcing,
}
