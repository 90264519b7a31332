namespace Rocketeer.Client;

/// <summary>A broker or name server answered with something that is no such answer.</summary>
/// <param name="message">One sentence.</param>
/// <param name="innerException">What is wrong with it.</param>
public sealed class MalformedAnswerException(string message, Exception? innerException = null)
    : RocketeerException(message, innerException);
