using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Rocketeer.Remoting.Tls;

/// <summary>How certificates of peers are judged, and the words for it.</summary>
internal static class CertificateCheck
{
    /// <summary>
    /// A policy that never leaves this machine: an event loop's or a pool's thread must not wait for a download that the peer chose.
    /// </summary>
    /// <param name="roots">The only roots to trust; <see langword="null"/> takes the system's.</param>
    public static X509ChainPolicy Policy(X509Certificate2Collection? roots)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        if (roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        return policy;
    }

    /// <summary>What is wrong with a peer's certificate, as the end of a sentence.</summary>
    public static string Explain(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & SslPolicyErrors.RemoteCertificateNotAvailable) != 0)
        {
            return "it showed no certificate";
        }

        if ((errors & SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            var reason = chain?.ChainStatus.FirstOrDefault().StatusInformation.ReplaceLineEndings(" ").Trim().TrimEnd('.');
            return $"its certificate ({certificate.Subject}) is not trusted: {reason ?? "no reason given"}";
        }

        return $"its certificate ({certificate.Subject}) is for another host name or address";
    }
}
