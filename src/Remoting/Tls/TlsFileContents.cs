namespace Rocketeer.Remoting.Tls;

/// <summary>What the files of <see cref="TlsFiles"/> held at one moment; empty where none is named.</summary>
internal sealed record TlsFileContents(byte[] Certificate, byte[] Key, byte[] Trust)
{
    public bool SameAs(TlsFileContents other) =>
        Certificate.AsSpan().SequenceEqual(other.Certificate)
        && Key.AsSpan().SequenceEqual(other.Key)
        && Trust.AsSpan().SequenceEqual(other.Trust);
}
