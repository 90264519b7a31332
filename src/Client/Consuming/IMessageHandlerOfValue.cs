using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>A handler of values that a container makes: one object, from a scope of its own, per message.</summary>
/// <typeparam name="T">What the bodies hold.</typeparam>
public interface IMessageHandler<in T>
{
    /// <summary>Handles one message; as <see cref="MessageHandler"/>.</summary>
    /// <param name="value">What the client's serializer read from the body.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">As for <see cref="MessageHandler"/>.</param>
    ValueTask<ConsumeResult> HandleAsync(T value, MessageExt message, CancellationToken cancellationToken);
}
