using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>A handler of values in order that a container makes: one object, from a scope of its own, per message.</summary>
/// <typeparam name="T">What the bodies hold.</typeparam>
public interface IOrderedMessageHandler<in T>
{
    /// <summary>Handles one message; as <see cref="OrderedMessageHandler"/>.</summary>
    /// <param name="value">What the client's serializer read from the body.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">As for <see cref="OrderedMessageHandler"/>.</param>
    ValueTask<OrderedResult> HandleAsync(T value, MessageExt message, CancellationToken cancellationToken);
}
