using Rocketeer.Hosting.Configuration;
using Rocketeer.Protocol.Signing;

namespace Rocketeer.Broker.Configuration;

/// <summary>Access control of this broker, and the credentials with which it calls others (docs/access-control.md). Read at the start.</summary>
[ReadAtStart]
public sealed class AccessSettings
{
    /// <summary>Whether requests must be signed and allowed.</summary>
    [PropertyKey("aclEnable")]
    public bool AclEnable { get; set; }

    /// <summary>The rules; a relative path begins at <c>rocketmqHome</c>, or at the working directory when that is not set.</summary>
    [PropertyKey("plainAclFile")]
    public string PlainAclFile { get; set; } = Path.Combine("conf", "plain_acl.yml");

    /// <summary>Account with which this broker signs its own requests; empty leaves them unsigned.</summary>
    [PropertyKey("accessKey")]
    public string AccessKey { get; set; } = "";

    /// <summary>The secret of <see cref="AccessKey"/>; never shown.</summary>
    [PropertyKey("secretKey", Secret = true)]
    public string SecretKey { get; set; } = "";

    /// <summary>Where the rules are.</summary>
    /// <param name="rocketmqHome">Home directory of the installation, or empty.</param>
    public string PathOfRules(string rocketmqHome) => Path.GetFullPath(Path.Combine(rocketmqHome, PlainAclFile));

    /// <summary>Signs what this broker sends to name servers and masters; <see langword="null"/> without credentials.</summary>
    public RequestSigner? Signer() => AccessKey.Length > 0 && SecretKey.Length > 0 ? new RequestSigner(AccessKey, SecretKey) : null;
}
