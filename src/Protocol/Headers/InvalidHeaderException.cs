namespace Rocketeer.Protocol.Headers;

/// <summary>A command header lacks a field that it cannot do without, or the field does not parse. Answered with SYSTEM_ERROR.</summary>
public sealed class InvalidHeaderException : FormatException
{
    /// <summary>Creates the exception.</summary>
    public InvalidHeaderException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence that names the header, the field and what is wrong.</param>
    public InvalidHeaderException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence that names the header, the field and what is wrong.</param>
    /// <param name="innerException">The cause.</param>
    public InvalidHeaderException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
