namespace Rocketeer.Broker.AccessControl;

/// <summary>A <c>plain_acl.yml</c> cannot be used. The message has one sentence per mistake, each with file and line, and no secret.</summary>
internal sealed class AclFormatException(string message) : FormatException(message);
