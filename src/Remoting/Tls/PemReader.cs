using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Rocketeer.Remoting.Tls;

/// <summary>Makes certificates and keys of PEM text; every mistake is a <see cref="TlsConfigurationException"/> with one sentence.</summary>
internal static class PemReader
{
    private const string EncryptedPkcs8 = "ENCRYPTED PRIVATE KEY";

    /// <summary>The certificate with its key and intermediates, ready for handshakes.</summary>
    /// <param name="files">Names and password.</param>
    /// <param name="contents">What the files hold.</param>
    /// <param name="now">Time at which the certificate must be valid.</param>
    public static SslStreamCertificateContext Identity(TlsFiles files, TlsFileContents contents, DateTimeOffset now)
    {
        var chain = Certificates(contents.Certificate, files.CertificatePath!, "certificate");
        var own = chain[0];
        chain.RemoveAt(0);
        if (now < own.NotBefore || now > own.NotAfter)
        {
            throw new TlsConfigurationException(now > own.NotAfter
                ? $"The TLS certificate in {files.CertificatePath} expired on {own.NotAfter.ToUniversalTime():u}; replace it."
                : $"The TLS certificate in {files.CertificatePath} is valid from {own.NotBefore.ToUniversalTime():u} on only; check it and the clock.");
        }

        var withKey = WithKey(own, files, Text(contents.Key, files.KeyPath!));
        return SslStreamCertificateContext.Create(withKey, chain, offline: true);
    }

    /// <summary>Root certificates.</summary>
    public static X509Certificate2Collection Roots(TlsFiles files, TlsFileContents contents) =>
        Certificates(contents.Trust, files.TrustPath!, "trust");

    private static X509Certificate2Collection Certificates(byte[] pem, string path, string what)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Text(pem, path));
        }
        catch (CryptographicException failure)
        {
            throw new TlsConfigurationException($"The TLS {what} file {path} holds a certificate that cannot be read: {Plain(failure)}.", failure);
        }

        return certificates.Count > 0
            ? certificates
            : throw new TlsConfigurationException($"The TLS {what} file {path} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).");
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, TlsFiles files, string pem)
    {
        if (!pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new TlsConfigurationException($"The TLS key file {files.KeyPath} holds no private key in PEM form (-----BEGIN PRIVATE KEY-----).");
        }

        if (pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new TlsConfigurationException(
                $"The TLS key file {files.KeyPath} is encrypted in the old OpenSSL way; convert it with 'openssl pkcs8 -topk8 -in {files.KeyPath}'.");
        }

        var isEncrypted = pem.Contains(EncryptedPkcs8, StringComparison.Ordinal);
        if (isEncrypted && string.IsNullOrEmpty(files.KeyPassword))
        {
            throw new TlsConfigurationException($"The TLS key file {files.KeyPath} is encrypted and no key password is set.");
        }

        try
        {
            return Import(certificate, pem, isEncrypted ? files.KeyPassword : null);
        }
        catch (CryptographicException failure) when (isEncrypted)
        {
            throw new TlsConfigurationException(
                $"The TLS key file {files.KeyPath} cannot be decrypted, or does not fit the certificate in {files.CertificatePath}; check the key password.",
                failure);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new TlsConfigurationException(
                $"The TLS key in {files.KeyPath} does not fit the certificate in {files.CertificatePath}, or cannot be read: {Plain(failure)}.", failure);
        }
    }

    private static X509Certificate2 Import(X509Certificate2 certificate, string pem, string? password)
    {
        var certificatePem = certificate.ExportCertificatePem();
        var imported = password is null
            ? X509Certificate2.CreateFromPem(certificatePem, pem)
            : X509Certificate2.CreateFromEncryptedPem(certificatePem, pem, password);
        if (!OperatingSystem.IsWindows())
        {
            return imported;
        }

        // Schannel does not take keys that exist in memory only.
        using (imported)
        {
            return X509CertificateLoader.LoadPkcs12(imported.Export(X509ContentType.Pkcs12), null);
        }
    }

    private static string Text(byte[] bytes, string path)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException failure)
        {
            throw new TlsConfigurationException(
                $"The TLS file {path} is not PEM text; convert it, for instance with 'openssl x509 -inform der -in {path}'.", failure);
        }
    }

    private static string Plain(Exception failure) => failure.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
