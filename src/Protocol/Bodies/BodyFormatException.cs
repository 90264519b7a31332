namespace Rocketeer.Protocol.Bodies;

/// <summary>A body that cannot be understood. Answered with SYSTEM_ERROR.</summary>
public sealed class BodyFormatException : FormatException
{
    /// <summary>Creates the exception.</summary>
    public BodyFormatException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence that says what is wrong with the body.</param>
    public BodyFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence that says what is wrong with the body.</param>
    /// <param name="innerException">The cause.</param>
    public BodyFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
