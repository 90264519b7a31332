using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Rocketeer.Protocol.Signing;

/// <summary>
/// A secret key that signs and checks: Base64 of HMAC-SHA1, as the original's clients do it. Keyed hashes are kept and used again, so that
/// a signature costs no allocation. Thread-safe. Never shows the secret.
/// </summary>
public sealed class SigningKey
{
    /// <summary>Characters of a signature.</summary>
    public const int SignatureLength = 28;

    private readonly byte[] _secret;

    /// <summary>As many as ever signed at once.</summary>
    private readonly ConcurrentQueue<IncrementalHash> _idle = new();

    /// <summary>Takes a secret.</summary>
    /// <param name="secret">The secret key; not empty.</param>
    public SigningKey(string secret)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        _secret = Encoding.UTF8.GetBytes(secret);
    }

    /// <summary>Signs.</summary>
    /// <param name="values">What <see cref="SignedFields.Values"/> says.</param>
    /// <param name="body">The body.</param>
    /// <param name="signature">Receives <see cref="SignatureLength"/> ASCII characters.</param>
    public void Sign(ReadOnlySpan<byte> values, ReadOnlySpan<byte> body, Span<byte> signature)
    {
        if (!_idle.TryDequeue(out var hash))
        {
            hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, _secret);
        }

        hash.AppendData(values);
        hash.AppendData(body);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        hash.GetHashAndReset(mac);
        _idle.Enqueue(hash);
        var status = Base64.EncodeToUtf8(mac, signature, out _, out _);
        ArgumentOutOfRangeException.ThrowIfNotEqual((int)status, (int)OperationStatus.Done, nameof(signature));
    }

    /// <summary>Checks a signature, in a time that does not depend on where it is wrong.</summary>
    /// <param name="values">What <see cref="SignedFields.Values"/> says.</param>
    /// <param name="body">The body.</param>
    /// <param name="signature">The signature that came along, of any length.</param>
    public bool Verify(ReadOnlySpan<byte> values, ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[SignatureLength];
        Sign(values, body, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    /// <summary>Says nothing about the secret.</summary>
    public override string ToString() => "SigningKey (secret)";
}
