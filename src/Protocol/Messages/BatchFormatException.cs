namespace Rocketeer.Protocol.Messages;

/// <summary>The body of a batch that cannot be split into its items. Nothing of it is stored.</summary>
public sealed class BatchFormatException : FormatException
{
    /// <summary>Creates the exception.</summary>
    public BatchFormatException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence that says what is wrong with the batch.</param>
    public BatchFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence that says what is wrong with the batch.</param>
    /// <param name="innerException">The cause.</param>
    public BatchFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
