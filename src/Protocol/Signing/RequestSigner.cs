using System.Text;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Protocol.Signing;

/// <summary>
/// Signs requests before they are sent, as the original's client does. It signs every extension field that goes out, those beside the typed
/// header included: brokers check what they receive. Thread-safe; a command is signed by one thread at a time.
/// </summary>
public sealed class RequestSigner
{
    private readonly string _accessKey;
    private readonly byte[] _accessKeyUtf8;
    private readonly SigningKey _key;
    private readonly string? _securityToken;

    /// <summary>Creates a signer.</summary>
    /// <param name="accessKey">Names the account; not empty.</param>
    /// <param name="secretKey">The account's secret; not empty.</param>
    /// <param name="securityToken">Sent and signed along; <see langword="null"/> for none.</param>
    public RequestSigner(string accessKey, string secretKey, string? securityToken = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(accessKey);
        _accessKey = accessKey;
        _accessKeyUtf8 = Encoding.UTF8.GetBytes(accessKey);
        _key = new SigningKey(secretKey);
        _securityToken = securityToken;
    }

    /// <summary>Puts the signature and what belongs to it into the command's extension fields; one that it had before is replaced.</summary>
    public void Sign(RemotingCommand request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var fields = SignedFields.OfThisThread;
        fields.Add(request);
        fields.Add(SignatureFields.AccessKeyUtf8, _accessKeyUtf8);
        if (_securityToken is not null)
        {
            fields.Add(SignatureFields.SecurityTokenUtf8, _securityToken);
        }

        Span<byte> signature = stackalloc byte[SigningKey.SignatureLength];
        _key.Sign(fields.Values(), request.Body.Span, signature);

        // A map of its own: the caller's may be shared, and read by others right now.
        var signed = new Dictionary<string, string>((request.ExtFields?.Count ?? 0) + 3, StringComparer.Ordinal);
        foreach (var (name, value) in request.ExtFields ?? (IEnumerable<KeyValuePair<string, string>>)[])
        {
            if (!SignatureFields.Contains(name))
            {
                signed.Add(name, value);
            }
        }

        signed.Add(SignatureFields.Signature, Encoding.ASCII.GetString(signature));
        signed.Add(SignatureFields.AccessKey, _accessKey);
        if (_securityToken is not null)
        {
            signed.Add(SignatureFields.SecurityToken, _securityToken);
        }

        request.ExtFields = signed;
    }

    /// <summary>Says nothing about the keys.</summary>
    public override string ToString() => "RequestSigner (secret)";
}
