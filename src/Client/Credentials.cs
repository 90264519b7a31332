using Rocketeer.Protocol.Signing;

namespace Rocketeer.Client;

/// <summary>
/// An account of brokers with access control. Every request of a client that has credentials is signed, those to name servers too, as the
/// original's clients do. A signature proves who sent a request and that nobody changed it; it hides nothing and does not keep a request
/// from being sent again: use it over TLS where the network is not trusted.
/// </summary>
public sealed class Credentials
{
    /// <summary>Name of the account.</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>Secret of the account. Never logged, never sent.</summary>
    public string SecretKey { get; set; } = "";

    /// <summary>A token beside the keys, for services that hand out temporary ones; <see langword="null"/> or empty for none.</summary>
    public string? SecurityToken { get; set; }

    /// <summary>Names the account, nothing else.</summary>
    public override string ToString() => $"Credentials of {AccessKey}";

    /// <summary>Says what is wrong; <see langword="null"/> when nothing is.</summary>
    internal string? Fault() => string.IsNullOrWhiteSpace(AccessKey) || string.IsNullOrEmpty(SecretKey)
        ? "Credentials needs both AccessKey and SecretKey; leave Credentials null to send unsigned requests."
        : null;

    internal RequestSigner ToSigner() => new(AccessKey, SecretKey, string.IsNullOrEmpty(SecurityToken) ? null : SecurityToken);
}
