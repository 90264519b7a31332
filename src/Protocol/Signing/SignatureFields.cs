namespace Rocketeer.Protocol.Signing;

/// <summary>Names of the extension fields that carry a signature (reference: broker.md section 15.3).</summary>
public static class SignatureFields
{
    /// <summary>Who signed.</summary>
    public const string AccessKey = "AccessKey";

    /// <summary>The signature.</summary>
    public const string Signature = "Signature";

    /// <summary>A token beside the key, for those who use temporary keys; signed like any other field.</summary>
    public const string SecurityToken = "SecurityToken";

    /// <summary><see cref="AccessKey"/> as it stands in a frame.</summary>
    public static ReadOnlySpan<byte> AccessKeyUtf8 => "AccessKey"u8;

    /// <summary><see cref="Signature"/> as it stands in a frame.</summary>
    public static ReadOnlySpan<byte> SignatureUtf8 => "Signature"u8;

    /// <summary><see cref="SecurityToken"/> as it stands in a frame.</summary>
    public static ReadOnlySpan<byte> SecurityTokenUtf8 => "SecurityToken"u8;

    /// <summary>True for the name of one of these fields.</summary>
    public static bool Contains(string name) => name is AccessKey or Signature or SecurityToken;
}
