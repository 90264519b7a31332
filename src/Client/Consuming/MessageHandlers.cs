using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>Handles one message. Called by up to <see cref="PushConsumerOptions.ConsumeThreads"/> callers at once, in no order.</summary>
/// <param name="message">The message; its body is inflated, its topic is the one it was sent to, also when it is retried.</param>
/// <param name="cancellationToken">
/// Fires when the message has been in work longer than <see cref="PushConsumerOptions.ConsumeTimeout"/> (it is delivered again then),
/// and when the consumer stops and its grace period is over.
/// </param>
/// <returns>The outcome; an exception means <see cref="ConsumeResult.RetryLater"/>.</returns>
public delegate ValueTask<ConsumeResult> MessageHandler(MessageExt message, CancellationToken cancellationToken);

/// <summary>Handles up to <see cref="PushConsumerOptions.BatchSize"/> messages of one queue.</summary>
/// <param name="messages">The messages by ascending offset; valid during the call.</param>
/// <param name="cancellationToken">As for <see cref="MessageHandler"/>.</param>
/// <returns>How many of them are done; an exception means none.</returns>
public delegate ValueTask<BatchConsumeResult> BatchMessageHandler(IReadOnlyList<MessageExt> messages, CancellationToken cancellationToken);
