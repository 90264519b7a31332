namespace Rocketeer.Client;

/// <summary>
/// No answer, because there was no connection, it broke, or no address of the broker is known. A request on a connection that broke may have been served.
/// </summary>
/// <param name="message">One sentence.</param>
/// <param name="innerException">The failure below.</param>
public sealed class BrokerUnreachableException(string message, Exception? innerException = null)
    : RocketeerException(message, innerException);
