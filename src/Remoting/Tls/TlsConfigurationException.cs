namespace Rocketeer.Remoting.Tls;

/// <summary>
/// TLS settings that do not work. The message is one sentence that names the file or setting, what is wrong with it, and what to do.
/// </summary>
public sealed class TlsConfigurationException : Exception
{
    /// <summary>Creates the exception.</summary>
    public TlsConfigurationException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One plain sentence.</param>
    public TlsConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One plain sentence.</param>
    /// <param name="innerException">The cause.</param>
    public TlsConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
