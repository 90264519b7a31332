namespace Rocketeer.Remoting.Tls;

/// <summary>The files that TLS settings name, and the reading of them.</summary>
/// <param name="CertificatePath">Certificate with its intermediates.</param>
/// <param name="KeyPath">Key of the certificate.</param>
/// <param name="KeyPassword">Password of an encrypted key.</param>
/// <param name="TrustPath">Root certificates.</param>
internal sealed record TlsFiles(string? CertificatePath, string? KeyPath, string? KeyPassword, string? TrustPath)
{
    /// <summary>No chain of certificates comes near it; other files given by mistake do.</summary>
    private const int MaxBytes = 1024 * 1024;

    public bool Any => CertificatePath is not null || TrustPath is not null;

    /// <summary>Reads all of them.</summary>
    /// <exception cref="TlsConfigurationException">One cannot be read, or belongs to another that is not named.</exception>
    public TlsFileContents Read()
    {
        if (CertificatePath is null != KeyPath is null)
        {
            throw new TlsConfigurationException(KeyPath is null
                ? $"A TLS certificate is named ({CertificatePath}), but not the file with its key; name both or none."
                : $"A TLS key is named ({KeyPath}), but not the file with its certificate; name both or none.");
        }

        return new TlsFileContents(Read(CertificatePath, "certificate"), Read(KeyPath, "key"), Read(TrustPath, "trust"));
    }

    private static byte[] Read(string? path, string what)
    {
        if (path is null)
        {
            return [];
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > MaxBytes)
            {
                throw new TlsConfigurationException($"The TLS {what} file {path} is {file.Length} bytes long; at most {MaxBytes} are read.");
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TlsConfigurationException($"The TLS {what} file {path} does not exist.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new TlsConfigurationException($"The TLS {what} file {path} cannot be read: {failure.Message.TrimEnd('.')}.", failure);
        }
    }
}
