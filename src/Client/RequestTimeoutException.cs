namespace Rocketeer.Client;

/// <summary>A request was sent, but no answer came in time; it may have been served.</summary>
/// <param name="message">One sentence.</param>
/// <param name="innerException">The failure below.</param>
public sealed class RequestTimeoutException(string message, Exception? innerException = null)
    : RocketeerException(message, innerException);
