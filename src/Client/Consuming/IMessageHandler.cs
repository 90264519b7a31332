using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>A handler that a container makes: one object, from a scope of its own, per message.</summary>
public interface IMessageHandler
{
    /// <summary>Handles one message; as <see cref="MessageHandler"/>.</summary>
    ValueTask<ConsumeResult> HandleAsync(MessageExt message, CancellationToken cancellationToken);
}
