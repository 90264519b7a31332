namespace Rocketeer.Client;

/// <summary>
/// A send did not end within <see cref="Producing.ProducerOptions.SendTimeout"/>, all its attempts together. The message may have been stored,
/// once per attempt; consumers that must not act twice compare the message id, which all attempts share.
/// </summary>
public sealed class SendTimeoutException : RocketeerException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence.</param>
    /// <param name="attempts">Requests that were sent.</param>
    /// <param name="innerException">Why the last attempt failed, if one did.</param>
    public SendTimeoutException(string message, int attempts, Exception? innerException = null)
        : base(message, innerException) => Attempts = attempts;

    /// <summary>Requests that were sent; 0 means that nothing left the process.</summary>
    public int Attempts { get; }
}
