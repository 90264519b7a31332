using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>Access control and TLS.</summary>
internal sealed class SecuritySpec
{
    [Description("Access control.")]
    public AclSpec Acl { get; set; } = new();

    [Description("TLS on the ports for clients.")]
    public TlsSpec Tls { get; set; } = new();
}

/// <summary>Access control of the brokers.</summary>
internal sealed class AclSpec
{
    [Description("Whether brokers check who asks (aclEnable).")]
    public bool Enabled { get; set; }

    [Description("Secret with the key plain_acl.yml; without it only the operator's own account exists.")]
    [Length(1, 253)]
    public string? ConfigSecretName { get; set; }

    [Description("Secret with accessKey and secretKey of an administrator; made by the operator when absent.")]
    [Length(1, 253)]
    public string? AdminSecretName { get; set; }
}

/// <summary>TLS of name servers and brokers.</summary>
internal sealed class TlsSpec
{
    [Description("Disabled, Permissive (both are answered) or Enforcing.")]
    public TlsMode Mode { get; set; } = TlsMode.Disabled;

    [Description("Secret of type kubernetes.io/tls with tls.crt and tls.key.")]
    [Length(1, 253)]
    public string? SecretName { get; set; }

    [Description("Secret with ca.crt, which the operator and the slaves trust.")]
    [Length(1, 253)]
    public string? CaSecretName { get; set; }
}

/// <summary>Which connections are taken.</summary>
internal enum TlsMode
{
    Disabled,
    Permissive,
    Enforcing,
}
