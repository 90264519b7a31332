namespace Rocketeer.Protocol.Codec;

/// <summary>A frame that cannot be understood. There is no answer to it: the connection that sent it is closed.</summary>
public sealed class FrameFormatException : FormatException
{
    /// <summary>Creates the exception.</summary>
    public FrameFormatException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence that says what is wrong with the frame.</param>
    public FrameFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence that says what is wrong with the frame.</param>
    /// <param name="innerException">The cause.</param>
    public FrameFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
