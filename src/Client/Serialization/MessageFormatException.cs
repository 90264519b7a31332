namespace Rocketeer.Client.Serialization;

/// <summary>A body is not what the receiver reads.</summary>
/// <param name="message">One sentence: which message, and what is wrong.</param>
/// <param name="innerException">What the serializer threw.</param>
public sealed class MessageFormatException(string message, Exception? innerException = null) : RocketeerException(message, innerException);
