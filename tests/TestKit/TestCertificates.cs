using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rocketeer.TestKit;

/// <summary>A certificate authority of the test's own, and PEM files in a directory that goes with it.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;

    public TestCertificates()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("rocketeer-tls-").FullName;
        var request = new CertificateRequest("CN=test root", _rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-400), DateTimeOffset.UtcNow.AddDays(400));
        Root = Write("root.pem", _root.ExportCertificatePem());
    }

    public string Directory { get; }

    public string Root { get; }

    public string PathOf(string name) => Path.Combine(Directory, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    /// <summary>A certificate for <c>localhost</c> and 127.0.0.1, and its key, as <c>name.crt</c> and <c>name.key</c>.</summary>
    public (string Certificate, string Key) Issue(
        string name, string? password = null, int fromDays = -1, int untilDays = 30, string host = "localhost", bool withAddress = true)
    {
        var (certificate, key) = Make(name, password, fromDays, untilDays, host, withAddress);
        return (Write(name + ".crt", certificate), Write(name + ".key", key));
    }

    public (string Certificate, string Key) Make(
        string name, string? password = null, int fromDays = -1, int untilDays = 30, string host = "localhost", bool withAddress = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        if (withAddress)
        {
            names.AddIpAddress(System.Net.IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.Create(_root, now.AddDays(fromDays), now.AddDays(untilDays), RandomNumberGenerator.GetBytes(8));
        var keyPem = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        return (certificate.ExportCertificatePem(), keyPem);
    }

    public void Dispose()
    {
        _root.Dispose();
        _rootKey.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
