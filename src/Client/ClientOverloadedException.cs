namespace Rocketeer.Client;

/// <summary>Nothing was sent: more requests are in flight than the connections allow.</summary>
/// <param name="message">One sentence.</param>
/// <param name="innerException">The failure below.</param>
public sealed class ClientOverloadedException(string message, Exception? innerException = null)
    : RocketeerException(message, innerException);
