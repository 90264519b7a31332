namespace Rocketeer.Client;

/// <summary>No name server gave an answer; each of them was tried once.</summary>
/// <param name="message">One sentence that names the servers.</param>
/// <param name="innerException">The failure of the last one tried.</param>
public sealed class NameServerUnavailableException(string message, Exception? innerException = null)
    : RocketeerException(message, innerException);
