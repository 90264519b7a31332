namespace Rocketeer.Hosting.Configuration;

/// <summary>
/// A configuration that a server must not start with. The message is one plain sentence for the person who started it: it names the
/// place, what is wrong there, and what is allowed. The host prints it without a stack trace.
/// </summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ConfigurationException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One plain sentence.</param>
    public ConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One plain sentence.</param>
    /// <param name="innerException">The cause.</param>
    public ConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
