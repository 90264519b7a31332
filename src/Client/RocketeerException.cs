namespace Rocketeer.Client;

/// <summary>Root of what the client throws by itself. The leaves say what went wrong and carry the codes; texts are for people, never to be matched.</summary>
public abstract class RocketeerException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence: the thing, what is wrong, what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    protected RocketeerException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
