using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rocketeer.Remoting.Tls;

/// <summary>The certificate of test mode: made in memory, signed by itself, gone with the process.</summary>
internal static class SelfSigned
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(3650);

    /// <summary>RSA 2048, as the original makes it, so that every client that could talk to the original's can talk to this one.</summary>
    public static SslStreamCertificateContext Create(DateTimeOffset now)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(now - TimeSpan.FromDays(1), now + Validity);
        var identity = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        return SslStreamCertificateContext.Create(identity, null, offline: true);
    }
}
