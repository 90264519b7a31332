using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>A handler in order that a container makes: one object, from a scope of its own, per message.</summary>
public interface IOrderedMessageHandler
{
    /// <summary>Handles one message; as <see cref="OrderedMessageHandler"/>.</summary>
    ValueTask<OrderedResult> HandleAsync(MessageExt message, CancellationToken cancellationToken);
}
